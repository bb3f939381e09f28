/** E8: receivers that are down, that take a message and do not say so, senders that end in between: each message arrives, known by its id. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Courier, type CourierParts } from '#rules/service/deliver.ts';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { addAccount } from '#shared/database/queries/accounts.ts';
import { addDelivery } from '#shared/database/queries/deliveries.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { copyEmptyDatabase } from '#test/portal/embedded.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { Random } from '#test/simulation/random.ts';

const START = Date.parse('2026-03-02T08:00:00Z');
const MAILS = 40;
const HOUR = 3_600_000;
const ROUNDS = 12;

type MailServer = NonNullable<CourierParts['mail']>;

let dir: string;
let database: Database;
beforeEach(async () => {
  dir = await tempDir('mails');
  await copyEmptyDatabase(dir);
  database = openDatabase({ dataDir: dir });
  await database.start();
});
afterEach(async () => {
  await database.stop();
  await removeDir(dir);
});

/** Sends mails in bad weather through what `trust` makes of the server; which never arrived, and which arrived as two. */
async function sent(trust: (server: MailServer) => MailServer) {
  const account = { id: 'ada', login: 'ada', name: 'Ada', role: 'technician', email: 'ada@example.com' } as const;
  await database.transaction(async (tx) => {
    await addAccount(tx, { ...account, passwordHash: 'x' }, new Date(START));
    for (let n = 0; n < MAILS; n++) {
      const content = { subject: `mail ${n}`, text: `mail ${n}` };
      const mail = { channel: 'mail', account: 'ada', source: `s-${n}`, state: 'waiting', content } as const;
      await addDelivery(tx, { ...mail, at: new Date(START) });
    }
  });
  const random = new Random(8);
  const arrived = new Map<string, Set<string>>();
  const sleeping: ((error: Error) => void)[] = [];
  let isFair = false;
  const server: MailServer = {
    async send({ id, text }) {
      if (random.chance(0.3)) throw new Error('nobody listens there');
      arrived.set(text, (arrived.get(text) ?? new Set()).add(id));
      if (random.chance(0.2)) throw new Error('the answer was lost');
      // Whoever sends it hangs here, and wakes when others have long gone on.
      if (!isFair && random.chance(0.1)) await new Promise((_, reject) => sleeping.push(reject));
    },
  };
  const log = createLog('silent');
  const courier = (): Courier =>
    new Courier({
      database,
      mail: trust(server),
      webhook: async () => undefined,
      random: () => random.next(),
      log,
      metrics: new Metrics(),
    });
  const waiting = async (): Promise<number> =>
    (await database.kysely.selectFrom('delivery').select('id').where('state', '=', 'waiting').execute()).length;
  let now = START;
  const delivering: Promise<boolean>[] = [];
  for (let round = 0; round < ROUNDS; round++, now += HOUR) {
    const one = courier().deliver(now);
    delivering.push(one);
    await Promise.race([one, sleep(100)]);
  }
  isFair = true;
  for (const wake of sleeping) wake(new Error('woken too late'));
  await Promise.all(delivering);
  for (; (await waiting()) > 0; now += HOUR) await courier().deliver(now);
  const all = Array.from({ length: MAILS }, (_, n) => `mail ${n}`);
  return {
    missing: all.filter((text) => !arrived.has(text)),
    underTwoIds: all.filter((text) => (arrived.get(text)?.size ?? 0) > 1),
  };
}

test('every mail arrives at least once, and always as the same one', async () => {
  expect(await sent((server) => server)).toEqual({ missing: [], underTwoIds: [] });
});

test('the mutant that takes every attempt for a success sends less than it says', async () => {
  const { missing } = await sent((server) => ({ send: (mail) => server.send(mail).catch(() => undefined) }));
  expect(missing.length).toBeGreaterThan(0);
});
