/** Checks passwords so that the time of the answer does not tell whether the user exists. */
import { hashPassword, passwordMatches } from '#shared/database/password.ts';

let nobody: Promise<string> | undefined;

/** Without a hash (an unknown user) the same work is done, and the answer is no. */
export async function isPasswordOf(hash: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody has this password');
  const matches = await passwordMatches(hash ?? (await nobody), password);
  return hash !== undefined && matches;
}
