/**
 * Passwords of machines are made of a key in DATA_DIR and the credential's id, so that the account can be made again at a broker
 * that has lost it. The database alone does not tell them: it has their hashes.
 */
import { createHash, createHmac } from 'node:crypto';

export class PasswordMaker {
  /** Names the key without telling it. */
  readonly key: string;
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
    this.key = createHash('sha256').update(`name of the key\0${secret}`).digest('base64url').slice(0, 12);
  }

  /** 24 letters, digits, `-` and `_`: 144 bits. */
  password(credential: string): string {
    return createHmac('sha256', this.#secret).update(credential).digest('base64url').slice(0, 24);
  }
}
