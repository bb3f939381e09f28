/** The one door to argon2: hashes of passwords, of people and of machines. */
import { hash, verify } from '@node-rs/argon2';

/** OWASP's second recommendation for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

export function passwordMatches(hashed: string, password: string): Promise<boolean> {
  return verify(hashed, password);
}
