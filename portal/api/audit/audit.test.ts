/** J4: who did what is written down, cannot be changed unnoticed, and is found again. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditAnswer, AuditCheckAnswer } from '#shared/model/api/audit.ts';
import type { Browser } from '#test/portal/browser.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';

interface List {
  readonly items: readonly AuditAnswer[];
  readonly next: string | null;
  readonly total: number;
}

let portal: TestPortal;
let admin: Browser;

beforeAll(async () => {
  portal = await startPortal();
  admin = await portal.as('admin');
});
afterAll(() => portal.stop());

const asked = async (query: string): Promise<List> => (await admin.get<List>(`/audit?${query}`)).body;
const check = async (): Promise<AuditCheckAnswer> => (await admin.get<AuditCheckAnswer>('/audit/check')).body;

test('log-ins, refusals, rights, backups and steps are in it, and are found by who, what, when and words', async () => {
  await portal.anonymous().logIn('admin', 'quite wrong');
  await admin.patch('/users/id-technician', { name: 'Tina Technik' });
  portal.now = START + 60_000;
  await admin.ask('POST', '/house/backup', {});
  const { items, total } = await asked('limit=200');
  expect(items.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['session.opened', 'session.refused', 'user.changed', 'backup.made']),
  );
  expect(total).toBe(items.length);
  expect(items.map(({ id }) => id)).toEqual(items.map(({ id }) => id).toSorted((a, b) => b - a));

  const changed = await asked('action=user.changed');
  expect(changed.items).toMatchObject([
    {
      actor: { id: 'id-admin' },
      subject: 'id-technician',
      subjectName: 'Tina Technik',
      detail: { name: 'Tina Technik' },
    },
  ]);
  expect((await asked('q=tina')).items).toEqual(expect.arrayContaining([...changed.items]));
  expect((await asked('subject=id-technician')).items).toEqual(changed.items);
  expect((await asked('action=session')).total).toBe(2);
  expect((await asked('actor=none')).items.map(({ action }) => action)).toEqual(['session.refused']);
  expect((await asked(`from=${new Date(START + 1).toISOString()}`)).items.map(({ action }) => action)).toEqual([
    'backup.made',
  ]);
  expect((await asked(`to=${new Date(START).toISOString()}`)).total).toBe(0);
  const first = await asked('limit=1');
  const second = await asked(`limit=1&cursor=${first.next}`);
  expect([...first.items, ...second.items]).toEqual(items.slice(0, 2));
  expect((await admin.get('/audit?action=%25')).status).toBe(422);
});

test('nobody changes or deletes an entry, and nobody empties the log', async () => {
  const { kysely } = portal.database;
  for (const statement of ["update audit set action = 'x'", 'delete from audit', 'truncate audit'])
    await expect(sql.raw(statement).execute(kysely)).rejects.toThrow('only ever added to');
});

test('an entry that was changed or taken out past all that is noticed', async () => {
  expect(await check()).toEqual({ entries: expect.any(Number), since: expect.any(String), broken: null });
  const { kysely } = portal.database;
  const ids = (await kysely.selectFrom('audit').select('id').orderBy('id').execute()).map(({ id }) => id);
  await sql.raw('alter table audit disable trigger user').execute(kysely);
  const actor = await kysely
    .selectFrom('audit')
    .select('actor')
    .where('id', '=', ids[1] ?? 0)
    .executeTakeFirst();
  await sql`update audit set actor = 'id-lead' where id = ${ids[1]}`.execute(kysely);
  expect((await check()).broken?.id).toBe(ids[1]);
  await sql`update audit set actor = ${actor?.actor ?? null} where id = ${ids[1]}`.execute(kysely);
  expect((await check()).broken).toBeNull();
  await sql`delete from audit where id = ${ids[1]}`.execute(kysely);
  expect((await check()).broken?.id).toBe(ids[2]);
  await sql.raw('alter table audit enable trigger user').execute(kysely);
});

test('entries written at once are one chain, and those that were undone leave no hole in it', async () => {
  const before = (await check()).broken;
  const failing = portal.database.transaction(async (tx) => {
    await tx.insertInto('audit').values({ actor: null, action: 'undone', detail: null }).execute();
    throw new Error('undone');
  });
  await expect(failing).rejects.toThrow('undone');
  await Promise.all(Array.from({ length: 10 }, () => portal.anonymous().logIn('nobody-at-all', 'wrong')));
  expect((await check()).broken).toEqual(before);
});

test('only lead and admin may look', async () => {
  for (const [login, status] of [
    ['lead', 200],
    ['technician', 403],
    ['customer', 403],
  ] as const)
    expect((await (await portal.as(login)).get('/audit/check')).status).toBe(status);
});
