/** Secrets that people and programs carry: 256 bits, kept here only as SHA-256. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** In a time that does not tell where the two differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
