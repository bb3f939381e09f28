/** What people and the house do with cases, the same at every database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#shared/database/database.ts';
import { CaseHouse, HOUR, MINUTE } from './case-house.ts';
import { brokenAtOnce, brokenInTurn } from './case-rules.ts';

const VALID = { cause: 'Lager', remedy: 'getauscht', verdict: 'valid' } as const;
const FALSE = { why: 'Fühler lose', verdict: 'false-alarm' } as const;
let machines = 0;

export function caseworkContract(
  name: string,
  open: () => Promise<{ database: Database; remove: () => Promise<void> }>,
) {
  describe(`Casework at ${name}`, () => {
    let house: CaseHouse;
    let remove: () => Promise<void>;
    beforeAll(async () => {
      const opened = await open();
      house = new CaseHouse(opened.database);
      remove = opened.remove;
      await house.start();
    });
    afterAll(async () => {
      await house.database.stop();
      await remove();
    });

    /** A machine with one open case, of an alarm of the rule "hot" at its bearing. */
    async function ill(): Promise<{ machine: string; id: string }> {
      const machine = `m-${(machines += 1)}`;
      await house.raise({ machine });
      const [found] = await house.cases(machine);
      return { machine, id: found?.id ?? '' };
    }
    const the = async (machine: string, index = 0) => (await house.cases(machine)).at(index);

    test('a case waits for somebody until a time, and goes on by itself then', async () => {
      const { machine, id } = await ill();
      const until = house.until(HOUR);
      expect(await house.must(id, { step: 'wait', body: { reason: 'part', until, note: 'bestellt' } })).toMatchObject({
        status: 'waiting',
        waiting_for: 'part',
        waiting_until: new Date(until),
        revision: 2,
      });
      await house.later(HOUR - 1);
      expect(await the(machine)).toMatchObject({ status: 'waiting' });
      await house.later(1);
      expect(await the(machine)).toMatchObject({
        status: 'in-progress',
        waiting_for: null,
        waiting_until: null,
        revision: 3,
      });
      expect((await house.timeline(id)).slice(-2)).toEqual([
        { kind: 'waiting', actor: 'ada', for: 'part', until, note: 'bestellt' },
        { kind: 'waiting', actor: null, ended: true, for: 'part' },
      ]);
    });

    test('a shelved case comes back at its time, or at once when it gets worse than it was known to be', async () => {
      const { machine, id } = await ill();
      const shelve = { step: 'shelve', body: { until: house.until(HOUR), reason: 'Schicht' } } as const;
      await house.must(id, shelve);
      await house.raise({ machine, rule: 'warm', severity: 'notice' });
      await house.raise({ machine, rule: 'loud', severity: 'warning' });
      expect(await the(machine)).toMatchObject({ status: 'shelved', occurrences: 3 });
      await house.raise({ machine, rule: 'burning', severity: 'danger' });
      expect(await the(machine)).toMatchObject({ status: 'new', severity: 'danger', shelved_until: null });
      expect((await house.timeline(id)).findLast(({ kind }) => kind === 'shelved')).toMatchObject({
        actor: null,
        ended: true,
        severity: 'danger',
      });
      await house.must(id, { step: 'assign', body: {} });
      await house.must(id, shelve);
      await house.clear({ machine, rule: 'burning' });
      await house.raise({ machine, rule: 'burning', severity: 'danger' });
      // As bad as it was when it was shelved.
      expect(await the(machine)).toMatchObject({ status: 'shelved' });
      await house.later(HOUR);
      expect(await the(machine)).toMatchObject({ status: 'in-progress', highest_severity: 'danger' });
    });

    test('what ended before an alarm came had ended, even where that is noticed with the alarm', async () => {
      const { machine, id } = await ill();
      const end = house.until(HOUR);
      await house.must(id, { step: 'shelve', body: { until: end, reason: 'Schicht' } });
      house.now += 2 * HOUR;
      await house.raise({ machine, rule: 'burning', severity: 'danger' });
      expect(await the(machine)).toMatchObject({ status: 'acknowledged', revision: 3 });
      await house.later(MINUTE);
      const told = await house.database.kysely
        .selectFrom('case_event')
        .select(['at', 'detail'])
        .where('case_id', '=', id)
        .where('kind', '=', 'shelved')
        .orderBy('id')
        .execute();
      expect(told.slice(1)).toEqual([{ at: new Date(end), detail: { ended: true } }]);
    });

    test('the severity falls with its alarms, and how bad it was stays', async () => {
      const { machine } = await ill();
      await house.raise({ machine, rule: 'burning', severity: 'danger' });
      await house.clear({ machine, rule: 'burning' });
      expect(await the(machine)).toMatchObject({ severity: 'warning', highest_severity: 'danger', occurrences: 2 });
    });

    test('when work has gone on for long, the next alarm opens another case, and both tell', async () => {
      const { machine, id } = await ill();
      await house.must(id, { step: 'assign', body: {} });
      await house.later(24 * HOUR);
      await house.raise({ machine, rule: 'loud' });
      expect(await the(machine)).toMatchObject({ occurrences: 2, absorbing: true });
      await house.later(1);
      expect(await the(machine)).toMatchObject({ status: 'in-progress', absorbing: false });
      await house.raise({ machine, rule: 'leak', severity: 'danger' });
      await house.raise({ machine, rule: 'drip' });
      const [older, newer, ...none] = await house.cases(machine);
      expect(none).toEqual([]);
      expect(older).toMatchObject({ occurrences: 2, severity: 'warning' });
      expect(newer).toMatchObject({ status: 'new', occurrences: 2, follows: id });
      const related = { kind: 'related', actor: null };
      expect(await house.timeline(id)).toContainEqual({
        ...related,
        how: 'followed-by',
        case: newer?.id,
        number: newer?.number,
      });
      expect(await house.timeline(newer?.id ?? '')).toContainEqual({
        ...related,
        how: 'follows',
        case: id,
        number: older?.number,
      });
    });

    test('that holds to the millisecond, whether a tick came between or not', async () => {
      const { machine, id } = await ill();
      await house.must(id, { step: 'assign', body: {} });
      house.now += 24 * HOUR + 1;
      await house.raise({ machine, rule: 'loud' });
      expect(await house.cases(machine)).toMatchObject([{ absorbing: false, occurrences: 1 }, { occurrences: 1 }]);
    });

    test('a person opens a case again whenever it is; an alarm only within a day, and never a false one', async () => {
      const { machine, id } = await ill();
      await house.must(id, { step: 'resolve', body: VALID });
      await house.clear({ machine });
      await house.later(20 * HOUR);
      await house.must(id, { step: 'close', body: {} });
      await house.later(24 * HOUR);
      await house.raise({ machine });
      // Closed a day ago.
      expect(await house.cases(machine)).toMatchObject([
        { status: 'new', occurrences: 2, verdict: null, absorbing: true, work_began_at: null },
      ]);
      await house.must(id, { step: 'close', body: FALSE });
      await house.clear({ machine });
      await house.raise({ machine });
      const [, second] = await house.cases(machine);
      expect(second).toMatchObject({ status: 'new', follows: null });
      expect(await house.step(id, { step: 'reopen', body: { reason: 'doch' } })).toMatchObject({
        done: false,
        why: 'other-open',
        other: { number: second?.number },
      });
      await house.must(second?.id ?? '', { step: 'resolve', body: VALID });
      await house.later(100 * HOUR);
      expect(await house.must(id, { step: 'reopen', body: { reason: 'doch' } })).toMatchObject({
        status: 'acknowledged',
        verdict: null,
        verdict_why: null,
      });
    });

    test('what was valid needs cause and remedy, a false alarm says why', async () => {
      const { id } = await ill();
      const resolve = (body: object) => house.step(id, { step: 'resolve', body } as never);
      expect(await resolve({ verdict: 'valid', cause: 'x' })).toMatchObject({ errors: [{ path: 'remedy' }] });
      expect(await resolve({ verdict: 'false-alarm' })).toMatchObject({ errors: [{ path: 'why' }] });
      expect(await resolve(FALSE)).toMatchObject({
        case: { status: 'resolved', cause: null, remedy: null, verdict: 'false-alarm', verdict_why: 'Fühler lose' },
      });
      expect(await house.step(id, { step: 'close', body: { verdict: 'valid' } })).toMatchObject({
        errors: [{ path: 'cause' }, { path: 'remedy' }],
      });
      expect(await house.must(id, { step: 'close', body: {} })).toMatchObject({ verdict_why: 'Fühler lose' });
    });

    test('a case is merged into another one for good: alarms and occurrences move, a pointer stays', async () => {
      const [one, other] = [await ill(), await ill()];
      await house.raise({ machine: one.machine, rule: 'burning', severity: 'danger' });
      await house.must(one.id, { step: 'checklist', body: { item: 2, done: true } });
      const [from, into] = [await the(one.machine), await the(other.machine)];
      const merge = { step: 'merge', body: { into: other.id, reason: 'ein Ölkreislauf' } } as const;
      expect(await house.must(one.id, merge, 'bob')).toMatchObject({ status: 'merged', merged_into: other.id });
      expect(await the(other.machine)).toMatchObject({
        occurrences: 3,
        severity: 'danger',
        highest_severity: 'danger',
        title: { de: 'burning ist danger' },
        revision: 2,
      });
      expect(await house.alarms(one.id)).toEqual([]);
      expect(await house.alarms(other.id)).toHaveLength(3);
      const words = { kind: 'merged', actor: 'bob', reason: 'ein Ölkreislauf' };
      expect((await house.timeline(one.id)).at(-1)).toEqual({
        ...words,
        how: 'into',
        case: other.id,
        number: into?.number,
      });
      expect(await house.timeline(other.id)).toContainEqual({
        ...words,
        how: 'from',
        case: one.id,
        number: from?.number,
        alarms: 2,
      });
      const before = await house.timeline(one.id);
      await house.clear({ machine: one.machine });
      // Nothing reaches what was merged.
      expect(await house.timeline(one.id)).toEqual(before);
      expect((await house.timeline(other.id)).at(-1)).toMatchObject({ kind: 'cleared' });
      await house.raise({ machine: one.machine });
      // Its place opens a case again, which says where the work is.
      expect(await the(one.machine, 1)).toMatchObject({
        status: 'new',
        follows: other.id,
      });
      for (const step of ['comment', 'reopen', 'acknowledge'] as const)
        expect(await house.step(one.id, { step, body: { text: 'x', reason: 'x' } } as never)).toMatchObject({
          why: 'not-allowed',
          current: { merged_into: other.id },
        });
      const third = await ill();
      await house.must(other.id, { step: 'merge', body: { into: third.id, reason: 'x' } });
      // The pointer leads to where work goes on.
      expect(await the(one.machine)).toMatchObject({
        merged_into: third.id,
      });
    });

    test('alarms that come and go at the moment of merging are lost by neither case', { timeout: 60_000 }, async () => {
      for (let round = 0; round < 10; round++) {
        const [one, other] = [await ill(), await ill()];
        await house.raise({ machine: one.machine, rule: 'loud' });
        await Promise.all([
          house.must(one.id, { step: 'merge', body: { into: other.id, reason: 'x' } }),
          (async () => {
            await house.clear({ machine: one.machine });
            await house.raise({ machine: one.machine, rule: 'leak' });
            await house.clear({ machine: one.machine, rule: 'loud' });
          })(),
        ]);
        expect(await house.alarms(one.id)).toEqual([]);
        const after = await house.cases(one.machine);
        const alarms = (
          await Promise.all([other.id, ...after.map(({ id }) => id)].map((id) => house.alarms(id)))
        ).flat();
        expect(alarms).toHaveLength(4);
        expect((await house.timeline(one.id)).at(-1)).toMatchObject({ kind: 'merged', how: 'into' });
      }
    });

    test('what cannot be merged is refused, and nothing has changed', async () => {
      const [one, other] = [await ill(), await ill()];
      await house.raise({ machine: 'foreign-1' });
      const foreign = await the('foreign-1');
      const into = (target: string, intoRevision?: number) =>
        house.step(one.id, { step: 'merge', body: { into: target, reason: 'x', intoRevision } });
      expect(await into(one.id)).toMatchObject({ errors: [{ path: 'into' }] });
      expect(await into('none')).toMatchObject({ errors: [{ path: 'into' }] });
      expect(await into(foreign?.id ?? '')).toMatchObject({ errors: [{ message: 'is no case of the same customer' }] });
      await house.must(other.id, { step: 'acknowledge', body: {} });
      expect(await into(other.id, 1)).toMatchObject({ why: 'other-changed', other: { id: other.id, revision: 2 } });
      expect(
        await house.step(one.id, { step: 'merge', body: { into: other.id, reason: 'x' } }, { ifMatch: 7 }),
      ).toMatchObject({ why: 'changed' });
      await house.must(other.id, { step: 'resolve', body: VALID });
      expect(await into(other.id)).toMatchObject({ why: 'other-not-open', other: { status: 'resolved' } });
      expect(await the(one.machine)).toMatchObject({ status: 'new', revision: 1 });
    });

    test('alarms of one component are split off into a case of their own, which says from where', async () => {
      const { machine, id } = await ill();
      await house.later(MINUTE);
      await house.raise({ machine, rule: 'burning', severity: 'danger' });
      await house.must(id, { step: 'assign', body: {} });
      const [, burning = ''] = await house.alarms(id);
      const split = { step: 'split' as const, body: { alarms: [burning], reason: 'anderes Lager' } };
      expect(await house.must(id, split)).toMatchObject({
        severity: 'warning',
        highest_severity: 'danger',
        occurrences: 1,
        title: { de: 'hot ist warning' },
        absorbing: true,
        revision: 3,
      });
      const fresh = await the(machine, 1);
      expect(fresh).toMatchObject({
        status: 'in-progress',
        owner: 'ada',
        severity: 'danger',
        occurrences: 1,
        title: { de: 'burning ist danger' },
        opened_at: new Date(house.now),
        split_from: id,
        absorbing: false,
      });
      expect(await house.alarms(fresh?.id ?? '')).toEqual([burning]);
      const words = { kind: 'split', actor: 'ada', reason: 'anderes Lager', alarms: [burning] };
      expect((await house.timeline(id)).at(-1)).toMatchObject({ ...words, how: 'into', number: fresh?.number });
      expect((await house.timeline(fresh?.id ?? '')).at(-1)).toMatchObject({ ...words, how: 'from', case: id });
      await house.raise({ machine, rule: 'loud' });
      // One of the two takes what comes.
      expect(await house.cases(machine)).toMatchObject([{ occurrences: 2 }, { occurrences: 1 }]);
    });

    test('the split case takes new alarms of its place where no other open case does', async () => {
      const [one, other] = [await ill(), await ill()];
      await house.must(one.id, { step: 'merge', body: { into: other.id, reason: 'x' } });
      const [, moved = ''] = (await house.alarms(other.id)).toSorted((a, b) => Number(a > b));
      const machineOf = async (alarm: string) =>
        (await house.database.kysely.selectFrom('alarm').select('machine').where('id', '=', alarm).executeTakeFirst())
          ?.machine ?? '';
      const all = await house.alarms(other.id);
      const back = (await machineOf(moved)) === one.machine ? moved : (all.find((id) => id !== moved) ?? '');
      await house.must(other.id, { step: 'split', body: { alarms: [back], reason: 'doch nicht' } });
      expect(await house.cases(one.machine)).toMatchObject([{ status: 'merged' }, { status: 'new', absorbing: true }]);
      await house.raise({ machine: one.machine, rule: 'loud' });
      expect(await the(one.machine, 1)).toMatchObject({ occurrences: 2 });
    });

    test('what cannot be split is refused, and nothing has changed', async () => {
      const [{ machine, id }, other] = [await ill(), await ill()];
      await house.raise({ machine, rule: 'loud' });
      const [own = '', loud = ''] = await house.alarms(id);
      const [foreign = ''] = await house.alarms(other.id);
      const split = (alarms: string[]) => house.step(id, { step: 'split', body: { alarms, reason: 'x' } });
      const refused = (message: string) => ({ why: 'body', errors: [{ path: 'alarms', message }] });
      expect(await split(['none'])).toMatchObject(refused('are not all alarms of this case'));
      expect(await split([own, foreign])).toMatchObject(refused('are not all alarms of this case'));
      expect(await split([own, loud])).toMatchObject(refused('are all alarms of the case: leave one at least'));
      await house.must(other.id, { step: 'merge', body: { into: id, reason: 'x' } });
      expect(await split([own, foreign])).toMatchObject({ errors: [{ message: expect.stringContaining('several') }] });
      expect(await house.cases(machine)).toHaveLength(1);
    });

    test('the rule that opens a case gives it a checklist, which stays as it was', async () => {
      const { machine, id } = await ill();
      const list = () =>
        house.database.kysely
          .selectFrom('case_checklist')
          .select(['item', 'text', 'rule', 'done_by', 'done_at'])
          .where('case_id', '=', id)
          .orderBy('item')
          .execute();
      await house.raise({ machine, rule: 'loud' });
      const open = { rule: 'hot', done_by: null, done_at: null };
      expect(await list()).toEqual([
        { item: 1, text: { de: 'Fett prüfen', en: 'Check grease' }, ...open },
        { item: 2, text: 'Spiel messen', ...open },
      ]);
      const tick = (done: boolean, item = 1) => ({ step: 'checklist', body: { item, done } }) as const;
      expect(await house.must(id, tick(true), 'bob')).toMatchObject({ revision: 2 });
      // Done already.
      expect(await house.must(id, tick(true))).toMatchObject({ revision: 2 });
      expect(await list()).toMatchObject([{ done_by: 'bob', done_at: new Date(house.now) }, { done_by: null }]);
      expect(await house.must(id, tick(false))).toMatchObject({ revision: 3 });
      expect(await list()).toMatchObject([{ done_by: null, done_at: null }, {}]);
      expect((await house.timeline(id)).slice(-2)).toMatchObject([
        { kind: 'checklist', actor: 'bob', item: 1, done: true, step: { de: 'Fett prüfen' } },
        { kind: 'checklist', actor: 'ada', done: false },
      ]);
      expect(await house.step(id, tick(true, 3))).toMatchObject({ errors: [{ path: 'item' }] });
      expect(await house.step(id, tick(true), { ifMatch: 1 })).toMatchObject({ why: 'changed' });
    });

    test('whatever people and alarms do one after the other, the rules of cases hold', {
      timeout: 120_000,
    }, async () => {
      expect(await brokenInTurn(house)).toBeUndefined();
    });

    test('and whatever they do at once', { timeout: 120_000 }, async () => {
      expect(await brokenAtOnce(house)).toBeUndefined();
    });
  });
}
