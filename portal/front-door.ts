/** How people get in: the first admin, the demo's people, where the portal is, and the way in for commands on this computer. */
import { randomUUID } from 'node:crypto';
import { accountByLogin } from '#shared/database/queries/accounts.ts';
import { latestConfiguration } from '#shared/database/queries/configuration.ts';
import { addToken, removeToken, tokensOf } from '#shared/database/queries/tokens.ts';
import type { HouseAnswer } from '#shared/model/api/session.ts';
import { type Foundation, tellReady } from '#shared/process/foundation.ts';
import { keptSecret, makePassword, writeSecret } from '#shared/process/secrets.ts';
import { leitwarteVersion } from '#shared/process/version.ts';
import { digestOf, makeSecret } from './api/session/secrets.ts';
import { ensureAccounts, ensureAdmin, type FirstPerson } from './api/users/ensure.ts';

/** Where commands on this computer find the running house. */
const HOUSE_FILE = 'house.json';
const LOCAL_TOKEN = 'commands on this computer';

export interface FrontDoor {
  readonly house: HouseAnswer;
  /** Prints the line "ready" and leaves the way in for commands. */
  tell(addresses: { readonly portal: string; readonly mqtt?: string }): Promise<void>;
}

/** `people`: those of the demo, given the password they all have; left out where this is no demo. */
export async function openFrontDoor(
  { settings, database, log }: Foundation,
  people?: (password: string) => readonly FirstPerson[],
): Promise<FrontDoor> {
  const password = settings.adminPassword ?? makePassword(16);
  const isFirst = await ensureAdmin(database, password);
  const shared = people && (await keptSecret(settings.dataDir, 'demo-password')).secret.slice(0, 12);
  const guests = people && shared !== undefined ? people(shared) : [];
  await ensureAccounts(database, guests);
  const plant = guests.length > 0 ? (await latestConfiguration(database.kysely))?.plant : undefined;
  const firms = new Map(plant?.customers.map(({ id, name }) => [id, name]));
  const ways = [
    ...(isFirst && settings.adminPassword === undefined ? [`admin, password ${password} (told this once)`] : []),
    ...(shared === undefined ? [] : [`${guests.map((guest) => guest.login).join(', ')}: password ${shared}`]),
  ];
  return {
    house: {
      demo: people !== undefined,
      people: guests.map(({ login, name, role, customer }) => ({
        login,
        name,
        role,
        firm: firms.get(customer ?? '') ?? null,
      })),
      version: leitwarteVersion(),
    },
    async tell(addresses) {
      await leaveKey(addresses.portal);
      tellReady(log, { ...addresses, ...(ways.length > 0 && { logInAs: ways }) });
    },
  };

  async function leaveKey(url: string): Promise<void> {
    const admin = await accountByLogin(database.kysely, 'admin');
    if (!admin) return;
    for (const { id, name } of await tokensOf(database.kysely, admin.who.id)) {
      if (name === LOCAL_TOKEN) await removeToken(database.kysely, admin.who.id, id);
    }
    const token = makeSecret();
    const hash = digestOf(token);
    await addToken(database.kysely, { id: randomUUID(), account: admin.who.id, name: LOCAL_TOKEN, hash }, new Date());
    await writeSecret(settings.dataDir, HOUSE_FILE, JSON.stringify({ url, token }));
  }
}
