import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordChanges } from '#shared/database/queries/changes.ts';
import { CANARY_PLANT, plantCanaries, type Things } from '#test/portal/canary.ts';
import { EventReader } from '#test/portal/event-reader.ts';
import { startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addCase } from '#test/portal/seed.ts';
import { visit, WALK } from '#test/portal/walk.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';

let server: Postgres;
let embedded: TestPortal;
let real: TestPortal;
const things = new Map<TestPortal, Things>();
beforeAll(async () => {
  server = await startPostgres();
  embedded = await startPortal({ plant: CANARY_PLANT });
  real = await startPortal({ plant: CANARY_PLANT, databaseUrl: await server.createDatabase('portal') });
  for (const portal of [embedded, real]) things.set(portal, (await plantCanaries(portal)).own);
}, 120_000);
afterAll(async () => {
  await embedded.stop();
  await real.stop();
  await server.stop();
});

/** What the two may differ in: random ids and secrets, and times of the database's clock. */
function normal(text: string): string {
  return text
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, 'ID')
    .replaceAll(/"(token|password|csrf|next|secret)":"[^"]+"/g, '"$1":"SECRET"')
    .replaceAll(/walker-\d+/g, 'walker')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => (time.startsWith('2026-03-02') ? time : 'TIME'));
}

/** Ends the walk, and a file packed anew each time: that one restores into the other is told in shared/backup. */
const APART = new Set(['DELETE /session', 'POST /house/backup']);

test.each(['admin', 'partner', 'customer'])(
  'PostgreSQL and PGlite give %s the same answer on every route',
  async (login) => {
    for (const name of Object.keys(WALK).filter((route) => !APART.has(route))) {
      const answers: string[] = [];
      for (const portal of [embedded, real]) {
        // So that the order of what is made on the walk is settled.
        portal.now += 1_000;
        const answer = await visit(await portal.as(login), name, things.get(portal) as Things);
        expect([name, answer.status]).not.toEqual([name, 500]);
        answers.push(`${answer.status} ${normal(answer.text)}`);
      }
      expect([name, answers[1]]).toEqual([name, answers[0]]);
    }
  },
);

test('a change committed at PostgreSQL is told at once, and replayed', async () => {
  const browser = await real.as('technician');
  const change = (ref: string) =>
    real.database.transaction((tx) => recordChanges(tx, [{ kind: 'case', ref, customer: 'muster-ag' }]));
  const reader = new EventReader(await browser.open('GET', '/stream'));
  const { id } = await reader.until(({ event }) => event === 'heartbeat');
  await change('c1');
  await reader.until(({ data }) => data['id'] === 'c1');
  await reader.close();
  const again = new EventReader(await browser.open('GET', '/stream', { headers: { 'last-event-id': id ?? '' } }));
  expect((await again.until(({ event }) => event === 'case')).data['id']).toBe('c1');
  await again.close();
});

test('twenty people acknowledge one case at once over many connections, and one of them did', async () => {
  const id = await addCase(real, { machine: 'press-2', component: 'spindle-bearing' });
  const browser = await real.as('lead');
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => browser.post(`/cases/${id}/acknowledge`, {}, { 'if-match': '"1"' })),
  );
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
    200,
    ...Array.from({ length: 19 }, () => 409),
  ]);
});
