/** Machines' accounts at the broker: what the database says is carried out there. Two brokers fulfil it, by one contract suite. */

/** What a machine logs in as, by one of its passwords. */
export interface MachineLogin {
  readonly machine: string;
  /** The machine's id; at a broker with one password a user, `{machine}~2` and so on while the other one holds. */
  readonly username: string;
  /** Which of the machine's passwords it is. */
  readonly credential: string;
}

/** A login with its secret, on the way to the broker. */
export interface MachineAccount extends MachineLogin {
  readonly password: string;
}

export interface MachineAccounts {
  /** Whether a user may have several passwords at once. */
  readonly severalPasswords: boolean;
  /** Names that are no machine's: users by which the house itself logs in. */
  readonly reserved: readonly string[];
  /** Rejects with AccountsRefused where accounts cannot be changed now; then nothing was. */
  check(): Promise<void>;
  /** From then on these log in, and reach their machine's own topics only. Those that are there already stay as they are. */
  create(accounts: readonly MachineAccount[]): Promise<void>;
  /** From then on these do not log in; their live connections are ended within a second. */
  revoke(logins: readonly MachineLogin[]): Promise<void>;
  /** The accounts the broker has of ours. */
  list(): Promise<readonly MachineLogin[]>;
  /** Which machines there are: none of them is spoken for as a Sparkplug device of another one. */
  admit(machines: readonly string[]): Promise<void>;
  /** Calls `listener` whenever the broker is there again, perhaps with other accounts than before. */
  onReturn(listener: () => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Accounts cannot be changed. The message is a sentence for a person, with the mend. */
export class AccountsRefused extends Error {
  override readonly name = 'AccountsRefused';
  /** `away`: it will pass; `not-set-up`: somebody has to set something up; `taken`: a user of that name is not ours. */
  readonly why: 'away' | 'not-set-up' | 'taken';
  constructor(why: AccountsRefused['why'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}
