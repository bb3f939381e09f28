import { embeddedAccounts, mosquittoAccounts } from '#test/contract/accounts-brokers.ts';
import { machineAccountsContract } from '#test/contract/machine-accounts.ts';

machineAccountsContract('embedded', (database) => embeddedAccounts(database));
machineAccountsContract('mosquitto', mosquittoAccounts);
