/** Makes, ends and lists the passwords of machines: the database first, then the broker; and keeps the broker in step with it. */
import { randomUUID } from 'node:crypto';
import type { Log } from '#shared/process/log.ts';
import type { Database } from '../database/database.ts';
import { audit } from '../database/queries/audit.ts';
import { CONFIGURATION_CHANNEL } from '../database/queries/configuration.ts';
import {
  addCredential,
  type Credential,
  closeEndedCredentials,
  credentialsOf,
  dropCredential,
  endCredentialsBy,
  hashMachinePassword,
  heldCredentials,
  machineIds,
  nextCredentialEnd,
  revokeCredentials,
} from '../database/queries/credentials.ts';
import type { PasswordMaker } from './password.ts';
import { AccountsRefused, type MachineAccounts, type MachineLogin } from './port.ts';

interface Parts {
  readonly database: Database;
  readonly accounts: MachineAccounts;
  /** Asked once, at the start. */
  readonly passwords: () => Promise<PasswordMaker>;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly log: Log;
}

export interface MadeCredential {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  /** What held before, and until when it still does. */
  readonly before: readonly Credential[];
}

interface Order {
  readonly machine: string;
  /** Account of the person. */
  readonly actor: string;
  /** Epoch ms. */
  readonly now: number;
}

/** Ends are looked for this often at least; what went wrong at the broker is tried again then. */
const LOOK_EVERY_MS = 60_000;

export class MachineCredentials {
  readonly name = 'credentials';
  readonly #parts: Parts;
  #maker: Promise<PasswordMaker> | undefined;
  readonly #stops: (() => Promise<void> | void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** What is done at the broker is done one after the other. */
  #work: Promise<unknown> = Promise.resolve();
  #unsettled = true;
  #started = false;
  #stopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { accounts, database } = this.#parts;
    await this.#passwords();
    this.#stops.push(accounts.onReturn(() => this.#settleSoon()));
    this.#stops.push(await database.listen(CONFIGURATION_CHANNEL, () => this.#settleSoon()));
    await accounts.start();
    this.#started = true;
    this.#settleSoon();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    for (const stop of this.#stops.splice(0)) await stop();
    await this.#parts.accounts.stop();
    await this.#work;
  }

  /** Names no machine can have, because the house itself logs in by them. */
  get reserved(): readonly string[] {
    return this.#parts.accounts.reserved;
  }

  /**
   * A new password for the machine; what held before goes on holding until it is revoked, or with `overlapMs` so much longer.
   * Undefined where the plant has no such machine. Rejects with AccountsRefused; then nothing has changed.
   */
  async create(order: Order & { readonly overlapMs?: number | undefined }): Promise<MadeCredential | undefined> {
    const { database, accounts } = this.#parts;
    const { machine, actor, now, overlapMs } = order;
    if (accounts.reserved.includes(machine)) throw new AccountsRefused('taken', reservedName(machine));
    await accounts.check();
    const at = new Date(now);
    const id = randomUUID();
    const maker = await this.#passwords();
    const password = maker.password(id);
    const hash = await hashMachinePassword(password);
    // Where the older ones end at once, their user is free.
    const shares = accounts.severalPasswords || overlapMs === 0;
    const username = (taken: readonly string[]) => userName(machine, shares ? [] : taken);
    const added = await database.transaction((tx) =>
      addCredential(tx, { id, machine, key: maker.key, at, username }, hash),
    );
    if (added === undefined) return undefined;
    try {
      await this.#inTurn(() => accounts.create([{ machine, username: added.username, credential: id, password }]));
    } catch (error) {
      await dropCredential(database.kysely, id);
      this.#settleSoon();
      throw error;
    }
    const until = overlapMs === undefined ? null : new Date(now + overlapMs);
    await database.transaction(async (tx) => {
      if (until !== null) await endCredentialsBy(tx, added.before.map(idOf), until);
      const detail = { credential: id, ...(until && { olderEndAt: until.toISOString() }) };
      await audit(tx, { actor, action: 'credentials.made', subject: machine, detail }, at);
    });
    if (until !== null) await this.#endDue();
    await this.#rest();
    return { id, username: added.username, password, before: added.before.map((old) => endedBy(old, until)) };
  }

  /**
   * Ends all passwords of the machine and its connections. Rejects with AccountsRefused: where it is `away`, the passwords are
   * revoked all the same, and the broker is told as soon as it is there.
   */
  async revoke({ machine, actor, now }: Order): Promise<void> {
    const { database, accounts } = this.#parts;
    const away = await accounts.check().catch((error: unknown) => {
      if (error instanceof AccountsRefused && error.why === 'away') return error;
      throw error;
    });
    const at = new Date(now);
    const ended = await database.transaction(async (tx) => {
      const ended = await revokeCredentials(tx, machine, at);
      const detail = { revoked: ended.length };
      await audit(tx, { actor, action: 'credentials.revoked', subject: machine, detail }, at);
      return ended;
    });
    const failed = away ?? (await this.#endAtBroker(ended).catch((error: unknown) => error));
    if (failed === undefined) return;
    this.#unsettled = true;
    if (!(failed instanceof AccountsRefused)) throw failed;
    throw new AccountsRefused('away', `${REVOKED_HERE} ${failed.message}`, { cause: failed });
  }

  /** Those that hold, the newest first. */
  list(machine: string, now: number): Promise<readonly Credential[]> {
    return credentialsOf(this.#parts.database.kysely, machine, new Date(now));
  }

  /** Resolves once all that was begun at the broker is done. */
  async settled(): Promise<void> {
    await this.#work;
  }

  #passwords(): Promise<PasswordMaker> {
    this.#maker ??= this.#parts.passwords();
    return this.#maker;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => undefined);
    return result;
  }

  #settleSoon(): void {
    if (this.#stopped) return;
    this.#unsettled = true;
    void this.#look();
  }

  /** Does what is due, and comes back for what will be. Its failures are told and tried again. */
  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.#endDue();
      if (this.#unsettled) await this.#inTurn(() => this.#settle());
    } catch (error) {
      // A broker that is away tells when it is back; one without the means is told of at each request.
      if (!(error instanceof AccountsRefused)) this.#parts.log.warn({ err: error }, 'accounts of machines: try again');
      else if (error.why === 'taken') this.#parts.log.warn(error.message);
    }
    await this.#rest();
  }

  /** Until the next one ends. */
  async #rest(): Promise<void> {
    const { database, clock } = this.#parts;
    const end = await nextCredentialEnd(database.kysely).catch(() => null);
    if (!this.#started || this.#stopped) return;
    clearTimeout(this.#timer);
    const inMs = end === null ? LOOK_EVERY_MS : Math.max(end.getTime() - clock(), 0) + 10;
    this.#timer = setTimeout(() => void this.#look(), Math.min(inMs, LOOK_EVERY_MS));
  }

  /** Those whose time has come: written down, told, and ended at the broker. */
  async #endDue(): Promise<void> {
    const { database, clock, log } = this.#parts;
    const at = new Date(clock());
    const ended = await database.transaction(async (tx) => {
      const ended = await closeEndedCredentials(tx, at);
      for (const { id, machine } of ended) {
        const detail = { credential: id };
        await audit(tx, { actor: null, action: 'credentials.ended', subject: machine, detail }, at);
      }
      return ended;
    });
    if (ended.length === 0) return;
    for (const { machine, username } of ended) log.info({ machine, username }, 'an older password has ended');
    await this.#endAtBroker(ended);
  }

  async #endAtBroker(ended: readonly Credential[]): Promise<void> {
    try {
      await this.#inTurn(() => this.#parts.accounts.revoke(ended.map(loginOf)));
    } catch (error) {
      this.#unsettled = true;
      throw error;
    }
  }

  /** Brings the broker's accounts to what the database says: it may be an older one than we knew, or have been away. */
  async #settle(): Promise<void> {
    const { database, accounts, clock, log } = this.#parts;
    await accounts.check();
    this.#unsettled = false;
    try {
      await accounts.admit(await machineIds(database.kysely));
      const there = await accounts.list();
      const held = await heldCredentials(database.kysely, new Date(clock()));
      const wanted = accounts.severalPasswords ? held : oneAUser(held);
      const surplus = without(there, new Set(wanted.map(idOf)));
      await accounts.revoke(surplus);
      const known = new Set(there.map(({ credential }) => credential));
      const missing = wanted.filter(({ id }) => !known.has(id));
      const maker = await this.#passwords();
      const [ours, foreign] = [
        missing.filter(({ key }) => key === maker.key),
        missing.filter((c) => c.key !== maker.key),
      ];
      await accounts.create(ours.map((one) => ({ ...loginOf(one), password: maker.password(one.id) })));
      if (surplus.length > 0 || ours.length > 0)
        log.info({ made: ours.length, ended: surplus.length }, 'the accounts of machines at the broker agree again');
      if (foreign.length > 0) {
        const machines = [...new Set(foreign.map(({ machine }) => machine))].slice(0, 20);
        log.warn({ machines }, 'the broker lacks passwords that cannot be made again: make these machines new ones');
      }
    } catch (error) {
      this.#unsettled = true;
      throw error;
    }
  }
}

const REVOKED_HERE =
  'The passwords are revoked, but the broker could not be told: it refuses them and ends their connections as soon as it is reached.';

/** Why a machine cannot be called so. */
export function reservedName(machine: string): string {
  return `"${machine}" is a user by which Leitwarte itself logs in at the broker (MQTT_USER, MQTT_ADMIN_USER): give the machine another id.`;
}

/** The machine's own name, or the first with a number that is free. */
function userName(machine: string, taken: readonly string[]): string {
  if (!taken.includes(machine)) return machine;
  for (let n = 2; ; n++) if (!taken.includes(`${machine}~${n}`)) return `${machine}~${n}`;
}

/** The newest of each user: the broker cannot hold more, where they were made for one that could. */
function oneAUser(held: readonly Credential[]): readonly Credential[] {
  const newest = new Map<string, Credential>();
  for (const one of held) if (!newest.has(one.username)) newest.set(one.username, one);
  return [...newest.values()];
}

function without(there: readonly MachineLogin[], wanted: ReadonlySet<string>): readonly MachineLogin[] {
  return there.filter(({ credential }) => !wanted.has(credential));
}

function loginOf({ id, machine, username }: Credential): MachineLogin {
  return { machine, username, credential: id };
}

function idOf({ id }: Credential): string {
  return id;
}

function endedBy(credential: Credential, until: Date | null): Credential {
  if (until === null || (credential.endsAt !== null && credential.endsAt < until)) return credential;
  return { ...credential, endsAt: until };
}
