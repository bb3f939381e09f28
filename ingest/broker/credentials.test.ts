import { beforeEach, expect, test } from 'vitest';
import { type Credentials, type Identity, RememberedCredentials } from './credentials.ts';

class Accounts implements Credentials {
  readonly passwords = new Map([['m-1', 'secret']]);
  readonly listeners: ((machine: string) => void)[] = [];
  verified = 0;
  atOnce = 0;
  mostAtOnce = 0;
  gate: Promise<void> = Promise.resolve();

  async verify(username: string, password: string): Promise<Identity | null> {
    this.verified++;
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    const right = this.passwords.get(username) === password;
    await this.gate;
    this.atOnce--;
    return right ? { machine: username } : null;
  }

  onChange(listener: (machine: string) => void): () => void {
    this.listeners.push(listener);
    return () => undefined;
  }

  revoke(machine: string): void {
    this.passwords.delete(machine);
    for (const listener of this.listeners) listener(machine);
  }
}

let accounts: Accounts;
let now: number;
let credentials: RememberedCredentials;
beforeEach(() => {
  accounts = new Accounts();
  now = 0;
  credentials = new RememberedCredentials(accounts, () => now);
});

test('a fleet that comes back at once costs one hash an account, and few at a time', async () => {
  for (let i = 0; i < 50; i++) accounts.passwords.set(`m-${i}`, 'secret');
  accounts.gate = new Promise((resolve) => setTimeout(resolve, 5));
  const logins = Array.from({ length: 200 }, (_, i) => credentials.verify(`m-${i % 50}`, 'secret', 'a'));
  expect((await Promise.all(logins)).every((identity) => identity !== null)).toBe(true);
  expect(accounts.mostAtOnce).toBe(2);
  expect(accounts.verified).toBeLessThanOrEqual(60);
  await credentials.verify('m-7', 'secret', 'a');
  expect(accounts.verified).toBeLessThanOrEqual(60);
});

test('what was verified is asked again after ten minutes', async () => {
  await credentials.verify('m-1', 'secret', 'a');
  now += 9 * 60_000;
  await credentials.verify('m-1', 'secret', 'a');
  expect(accounts.verified).toBe(1);
  now += 2 * 60_000;
  await credentials.verify('m-1', 'secret', 'a');
  expect(accounts.verified).toBe(2);
});

test('a revoked password is refused at once, even one that was being verified when it was revoked', async () => {
  await credentials.verify('m-1', 'secret', 'a');
  accounts.revoke('m-1');
  expect(await credentials.verify('m-1', 'secret', 'a')).toBeNull();
  accounts.passwords.set('m-2', 'secret');
  let open = () => undefined as void;
  accounts.gate = new Promise((resolve) => {
    open = resolve;
  });
  const during = credentials.verify('m-2', 'secret', 'a');
  await Promise.resolve();
  accounts.revoke('m-2');
  open();
  await during;
  expect(await credentials.verify('m-2', 'secret', 'a')).toBeNull();
});

test('guesses are cut off after ten by one address; the machine itself, from elsewhere, is not', async () => {
  for (let i = 0; i < 30; i++) expect(await credentials.verify('m-1', `guess ${i}`, 'attacker')).toBeNull();
  expect(accounts.verified).toBe(10);
  expect(await credentials.verify('m-1', 'secret', 'attacker')).toBeNull();
  expect(await credentials.verify('m-1', 'secret', 'factory')).toEqual({ machine: 'm-1' });
  now += 61_000;
  await credentials.verify('m-1', 'guess', 'attacker');
  expect(accounts.verified).toBe(12);
});

test('a check that fails is no refusal, and holds up nobody', async () => {
  accounts.gate = Promise.reject(new Error('database away'));
  for (let i = 0; i < 5; i++) await expect(credentials.verify('m-1', 'secret', 'a')).rejects.toThrow('database away');
  accounts.gate = Promise.resolve();
  expect(await credentials.verify('m-1', 'secret', 'a')).toEqual({ machine: 'm-1' });
});
