/** Accounts of machines at a mosquitto, in its dynamic-security plugin: a user for each password, bound to its machine's topics. */
import {
  AccountsRefused,
  type MachineAccount,
  type MachineAccounts,
  type MachineLogin,
} from '#shared/accounts/port.ts';
import { type DynsecAnswer, type DynsecCommand, DynsecControl, type DynsecOptions } from './dynsec-control.ts';
import { type Acl, MACHINES_ROLE, machineOf, notAsDevice, rolesHeldBy, rolesOf } from './dynsec-roles.ts';

export interface DynsecAccountsOptions extends DynsecOptions {
  /** First level of the topics. */
  readonly prefix: string;
  readonly reserved: readonly string[];
}

interface Client {
  readonly username: string;
  readonly textname?: string;
  readonly textdescription?: string;
  readonly roles?: readonly { readonly rolename: string }[];
}

/** Stands in the text of each user that is ours; its description is the credential. */
const OURS = 'Leitwarte';
const PAGE = 500;
/** Above this many bytes a role is changed bit by bit. */
const ROLE_BYTES = 50_000;

export class DynsecAccounts implements MachineAccounts {
  readonly severalPasswords = false;
  readonly reserved: readonly string[];
  readonly #control: DynsecControl;
  readonly #prefix: string;

  constructor({ prefix, reserved, ...options }: DynsecAccountsOptions) {
    this.reserved = reserved;
    this.#prefix = prefix;
    this.#control = new DynsecControl(options);
  }

  start(): Promise<void> {
    this.#control.start();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return this.#control.stop();
  }

  onReturn(listener: () => void): () => void {
    return this.#control.onReturn(listener);
  }

  /** Also that the plugin forbids what is not allowed: else accounts would bind nobody. */
  async check(): Promise<void> {
    const { acls } = dataOf<{ acls: readonly { acltype: string; allow: boolean }[] }>(
      await this.#one({ command: 'getDefaultACLAccess' }),
    );
    const open = acls.filter(
      ({ acltype, allow }) => allow && (acltype === 'publishClientSend' || acltype === 'subscribe'),
    );
    if (open.length === 0) return;
    const names = open.map(({ acltype }) => acltype).join(' and ');
    throw new AccountsRefused(
      'not-set-up',
      `The broker lets every user reach all topics, so passwords would keep no machine apart: deny ${names} by default (setDefaultACLAccess, or defaultACLAccess in the plugin's file).`,
    );
  }

  async create(accounts: readonly MachineAccount[]): Promise<void> {
    const known = await this.#clients(accounts.map(({ username }) => username));
    const foreign = accounts.filter(({ username, machine }) => {
      const client = known.get(username);
      return client !== undefined && !isOurs(client, machine);
    });
    const taken = new Set(foreign);
    const missing = accounts.filter(
      (one) => !taken.has(one) && known.get(one.username)?.textdescription !== one.credential,
    );
    await this.#do(missing.flatMap((one) => this.#createOne(one, known.has(one.username))));
    if (foreign.length === 0) return;
    const names = foreign.map(({ username }) => `"${username}"`).join(', ');
    throw new AccountsRefused(
      'taken',
      `The broker has a user ${names} that Leitwarte did not make: delete it there, or give the machine another id.`,
    );
  }

  /** A user that meanwhile has another password is left alone. */
  async revoke(logins: readonly MachineLogin[]): Promise<void> {
    if (logins.length === 0) return;
    const known = await this.#clients(logins.map(({ username }) => username));
    const gone = logins.filter(({ username, credential }) => known.get(username)?.textdescription === credential);
    await this.#do(gone.map(({ username }) => ({ command: 'deleteClient', username })));
    const left = new Set((await this.list()).map(({ machine }) => machine));
    const idle = [...new Set(gone.map(({ machine }) => machine))].filter((machine) => !left.has(machine));
    const roles = idle.flatMap((machine) => rolesOf(this.#prefix, machine));
    await this.#do(roles.map(({ rolename }) => ({ command: 'deleteRole', rolename })));
  }

  async list(): Promise<readonly MachineLogin[]> {
    const logins: MachineLogin[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const command = { command: 'listClients', verbose: true, count: PAGE, offset };
      const { clients } = dataOf<{ clients: readonly Client[] }>(await this.#one(command));
      for (const { username, textname, textdescription = '', roles = [] } of clients) {
        const machine = machineOf(roles.map(({ rolename }) => rolename));
        if (textname === OURS && machine !== undefined) logins.push({ machine, username, credential: textdescription });
      }
      if (clients.length < PAGE) return logins;
    }
  }

  async admit(machines: readonly string[]): Promise<void> {
    const answer = (await this.#control.request([{ command: 'getRole', rolename: MACHINES_ROLE }]))[0];
    const role = answer?.data as { role: { acls?: readonly Acl[] } } | undefined;
    const acls = machines.map(notAsDevice);
    const wanted = new Set(acls.map(({ topic }) => topic));
    const there = new Set((role?.role.acls ?? []).map(({ topic }) => topic));
    if (role !== undefined && wanted.size === there.size && [...wanted].every((topic) => there.has(topic))) return;
    if (role === undefined) await this.#do([{ command: 'createRole', rolename: MACHINES_ROLE, textname: OURS }]);
    if (JSON.stringify(acls).length < ROLE_BYTES) {
      await this.#do([{ command: 'modifyRole', rolename: MACHINES_ROLE, acls }]);
      return;
    }
    const added = acls.filter(({ topic }) => !there.has(topic));
    const removed = [...there].filter((topic) => !wanted.has(topic));
    await this.#do([
      ...added.map((acl) => ({ command: 'addRoleACL', rolename: MACHINES_ROLE, ...acl })),
      ...removed.map((topic) => ({
        command: 'removeRoleACL',
        rolename: MACHINES_ROLE,
        acltype: 'publishClientSend',
        topic,
      })),
    ]);
  }

  #createOne(account: MachineAccount, replaces: boolean): DynsecCommand[] {
    const { machine, username, credential, password } = account;
    const roles = rolesOf(this.#prefix, machine).flatMap((role) => [
      { command: 'createRole', textname: OURS, rolename: role.rolename },
      { command: 'modifyRole', ...role },
    ]);
    return [
      { command: 'createRole', textname: OURS, rolename: MACHINES_ROLE },
      ...roles,
      ...(replaces ? [{ command: 'deleteClient', username }] : []),
      {
        command: 'createClient',
        username,
        password,
        textname: OURS,
        textdescription: credential,
        roles: rolesHeldBy(machine),
      },
    ];
  }

  /** Those of these names that there are. */
  async #clients(usernames: readonly string[]): Promise<ReadonlyMap<string, Client>> {
    const commands = usernames.map((username) => ({ command: 'getClient', username }));
    const answers = await this.#control.request(commands);
    const clients = answers.flatMap(({ data }) => (data === undefined ? [] : [(data as { client: Client }).client]));
    return new Map(clients.map((client) => [client.username, client]));
  }

  async #one(command: DynsecCommand): Promise<DynsecAnswer> {
    const [answer] = await this.#control.request([command]);
    if (answer === undefined || answer.error !== undefined) throw refusedBy(command, answer);
    return answer;
  }

  /** What is so already is no failure. */
  async #do(commands: readonly DynsecCommand[]): Promise<void> {
    if (commands.length === 0) return;
    const answers = await this.#control.request(commands);
    for (const [i, answer] of answers.entries()) {
      if (answer.error !== undefined && !SO_ALREADY.has(answer.error)) throw refusedBy(commands[i], answer);
    }
  }
}

const SO_ALREADY = new Set(['Role already exists', 'Client not found', 'Role not found', 'ACL not found']);

/** Made by us, or bound to its machine's topics as we would: the script of an older docker-compose.yml did so. */
function isOurs({ textname, roles = [] }: Client, machine: string): boolean {
  return textname === OURS || machineOf(roles.map(({ rolename }) => rolename)) === machine;
}

function dataOf<T>({ data }: DynsecAnswer): T {
  return data as T;
}

/** Never with the command itself: it may carry a password. */
function refusedBy(command: DynsecCommand | undefined, answer: DynsecAnswer | undefined): AccountsRefused {
  const what = `${command?.command ?? 'a command'}: ${answer?.error ?? 'no answer'}`;
  return new AccountsRefused('not-set-up', `The broker's dynamic-security plugin refuses ${what}.`);
}
