/** A broker whose accounts are none of ours: everything is refused, with what to do. */
import { AccountsRefused, type MachineAccounts } from './port.ts';

export class UnmanagedAccounts implements MachineAccounts {
  readonly severalPasswords = false;
  readonly reserved: readonly string[];

  constructor(reserved: readonly string[]) {
    this.reserved = reserved;
  }

  check(): Promise<never> {
    return Promise.reject(
      new AccountsRefused(
        'not-set-up',
        'Leitwarte may not change accounts at the broker of MQTT_URL. Set MQTT_ADMIN_USER and MQTT_ADMIN_PASSWORD to a user with the role admin of its dynamic-security plugin (docker-compose.yml shows how), or make the account there by hand.',
      ),
    );
  }

  create(): Promise<void> {
    return this.check();
  }

  revoke(): Promise<void> {
    return this.check();
  }

  list(): Promise<never> {
    return this.check();
  }

  admit(): Promise<void> {
    return this.check();
  }

  onReturn(): () => void {
    return () => undefined;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
