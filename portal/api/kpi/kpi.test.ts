import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { sql } from 'kysely';
import { json } from '#shared/database/json.ts';
import type { KpiAlarmsAnswer } from '#shared/model/api/kpi.ts';
import { type PlainAlarm, plainFigures } from '#test/naive/kpi.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { HOT } from '#test/portal/seed.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal.stop());

/** All alarms there are from now on; each with a verdict has a case of its own. */
async function fill(alarms: readonly PlainAlarm[]): Promise<void> {
  const db = portal.database.kysely;
  await sql`truncate alarm, case_event, service_case cascade`.execute(db);
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  const rows = alarms.map((alarm, n) => ({
    ...alarm,
    id: `a-${n}`,
    raised: iso(alarm.raised),
    noted: iso(alarm.noted),
    cleared: iso(alarm.cleared),
  }));
  await sql`insert into service_case
      (id, status, severity, highest_severity, machine, component, customer, title, opened_at, last_at, verdict)
    select 'c-' || id, 'closed', severity, severity, machine, '', 'muster-ag', '"x"', noted, noted, verdict
    from jsonb_to_recordset(${json(rows)}) as r (id text, machine text, severity text, noted timestamptz, verdict text)
    where verdict is not null`.execute(db);
  await sql`insert into alarm
      (id, machine, rule, rule_version, mode, severity, raised_at, noted_at, reason, cleared_at, suppressed, case_id)
    select id, machine, rule, 1, case when live then 'live' else 'pilot' end, severity, raised, noted, ${json(HOT as object)}, cleared,
      case when suppressed then 'shelved' end, case when verdict is not null then 'c-' || id end
    from jsonb_to_recordset(${json(rows)}) as r (id text, machine text, rule text, live boolean, suppressed boolean,
      severity text, raised timestamptz, noted timestamptz, cleared timestamptz, verdict text)`.execute(db);
}

async function ask(query: Readonly<Record<string, string | number>>): Promise<KpiAlarmsAnswer> {
  const lead = await portal.as('lead');
  const words = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  const { status, body } = await lead.get<KpiAlarmsAnswer>(`/kpi/alarms?${words}`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body;
}

const valuesOf = ({ figures }: KpiAlarmsAnswer) => Object.fromEntries(figures.map(({ id, value }) => [id, value]));
const alarm = (given: Partial<PlainAlarm> & { readonly raised: number }): PlainAlarm => ({
  machine: 'press-1',
  rule: 'oil-low',
  live: true,
  suppressed: false,
  severity: 'warning',
  noted: given.raised,
  cleared: given.raised + 5 * MINUTE,
  verdict: null,
  ...given,
});

describe('figures', () => {
  test('each has its definition in two languages, target, source, and whether it is met', async () => {
    await fill([
      ...Array.from({ length: 12 }, (_, i) =>
        alarm({ raised: START - HOUR + i * 20_000, cleared: START - HOUR + i * 20_000 + 5_000 }),
      ),
      alarm({ raised: START - 3 * DAY, cleared: null, machine: 'press-2', severity: 'danger', verdict: 'valid' }),
      alarm({ raised: START - DAY / 2, rule: 'oil-trial', live: false }),
      alarm({ raised: START - DAY / 2, machine: 'press-3', suppressed: true }),
      ...[1, 2, 3].map((n) => alarm({ raised: START - n * DAY, machine: 'guss-1', verdict: 'false-alarm' as const })),
    ]);
    const answer = await ask({});
    expect(answer).toMatchObject({
      from: new Date(START - 30 * DAY).toISOString(),
      to: new Date(START).toISOString(),
      timezone: 'Europe/Berlin',
      people: 1,
      alarms: 16,
      pilot: 1,
      suppressed: { shelved: 1, maintenance: 0, flood: 0 },
      worstAt: new Date(START - HOUR).toISOString(),
      floods: [
        {
          from: new Date(START - HOUR).toISOString(),
          to: new Date(START - 50 * MINUTE).toISOString(),
          alarms: 12,
          worst: 12,
        },
      ],
      chattering: [{ rule: 'oil-low', machine: 'press-1', machineName: 'Presse Eins', times: 22 }],
      stale: [{ machine: 'press-2', raisedAt: new Date(START - 3 * DAY).toISOString() }],
    });
    expect(answer.days).toHaveLength(31);
    expect(answer.top[0]).toMatchObject({ machine: 'press-1', alarms: 12, share: 75 });
    expect(answer.rules).toMatchObject([
      {
        rule: 'oil-low',
        alarms: 16,
        valid: 1,
        falseAlarms: 3,
        precision: 25,
        bad: ['frequent', 'chattering', 'imprecise'],
      },
    ]);
    const found = new Map(answer.figures.map((figure) => [figure.id, figure]));
    expect(found.get('rate-worst')).toMatchObject({ value: 12, target: { atMost: 10 }, met: false });
    expect(found.get('stale')).toMatchObject({ value: 1, target: { below: 5 }, met: true });
    for (const { definition, name, source } of answer.figures) {
      expect(Math.min(definition.de.length, definition.en.length, name.de.length, name.en.length)).toBeGreaterThan(5);
      expect(source).toMatch(/ISA-18\.2|EEMUA 191/);
    }
  });

  test('are of the customer, the model and the people asked for', async () => {
    expect((await ask({ customer: 'beta-gmbh' })).alarms).toBe(3);
    expect((await ask({ model: 'sp-200' })).alarms).toBe(16);
    expect((await ask({ model: 'nothing' })).alarms).toBe(0);
    expect(valuesOf(await ask({ people: 3 }))).toMatchObject({ 'rate-worst': 4, floods: 0 });
    expect(valuesOf(await ask({ customer: 'nobody' }))).toMatchObject({ 'top-share': null, precision: null, stale: 0 });
  });

  test('an hour has its place on the clock, also when the clocks change', async () => {
    // 30 March 2025: 01:59 is followed by 03:00 in Berlin; in Kathmandu hours begin at a quarter past of UTC
    const at = (time: string) => Date.parse(time);
    const burst = (begin: number) => Array.from({ length: 31 }, (_, i) => alarm({ raised: begin + i * 30_000 }));
    await fill([...burst(at('2025-03-30T00:50:00Z')), ...burst(at('2025-03-30T03:16:00Z'))]);
    const range = { from: '2025-03-29T23:00:00Z', to: '2025-03-30T22:00:00Z' };
    const berlin = await ask({ ...range, timezone: 'Europe/Berlin' });
    expect(berlin.days).toEqual([{ begin: '2025-03-29T23:00:00.000Z', alarms: 62, stale: 0 }]);
    expect(valuesOf(berlin)['hours-above']).toBeCloseTo(100 / 23);
    expect(valuesOf(await ask({ ...range, timezone: 'Asia/Kathmandu' }))['hours-above']).toBeCloseTo(200 / 24);
  });

  test.each([
    [{ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'query.to'],
    [{ from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'query.from'],
    [{ timezone: 'Mars/Olympus' }, 'query.timezone'],
    [{ people: 0 }, 'query.people'],
    [{ from: 'yesterday' }, 'query.from'],
  ])('what makes no sense is refused: %j', async (query, path) => {
    const words = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    const { status, body } = await (await portal.as('lead')).get<{ errors: { path: string }[] }>(
      `/kpi/alarms?${words}`,
    );
    expect([status, body.errors[0]?.path]).toEqual([422, path]);
  });
});

/** As they can be: of one rule and machine an alarm clears before the next one comes. */
function following(alarms: readonly PlainAlarm[]): readonly PlainAlarm[] {
  const next = new Map<string, number>();
  return alarms
    .toSorted((a, b) => b.raised - a.raised)
    .flatMap((one): PlainAlarm[] => {
      const key = `${one.machine} ${one.rule}`;
      const before = next.get(key);
      if (before !== undefined && before <= one.raised) return [];
      next.set(key, one.raised);
      const cleared = before === undefined ? one.cleared : Math.min(one.cleared ?? before, before);
      return [{ ...one, cleared }];
    });
}

test('the database counts as whoever reads the definitions over all alarms', async () => {
  const begin = Date.parse('2025-10-24T00:00:00Z');
  const time = fc.integer({ min: 0, max: (5 * DAY) / 1_000 }).map((s) => begin + s * 1_000);
  /** Alone, or a burst that may flood and chatter. */
  const some = fc
    .record({
      at: time,
      count: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 45 })),
      every: fc.constantFrom(7_000, 20_000, 45_000, 200_000),
      lasts: fc.constantFrom(3_000, 20_000, HOUR, 2 * DAY, null),
      late: fc.constantFrom(0, 0, 1_500, HOUR),
      machine: fc.constantFrom('press-1', 'press-2', 'guss-1'),
      rule: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      severity: fc.constantFrom('danger', 'warning', 'notice'),
      live: fc.constantFrom(true, true, true, false),
      suppressed: fc.constantFrom(false, false, false, true),
      verdict: fc.constantFrom(null, 'valid', 'false-alarm'),
    })
    .map(({ at, count, every, lasts, late, ...rest }) =>
      Array.from({ length: count }, (_, i): PlainAlarm => {
        const raised = at + i * every;
        return { ...rest, raised, noted: raised + late, cleared: lasts === null ? null : raised + lasts };
      }),
    );
  const zone = fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC');
  await fc.assert(
    fc.asyncProperty(
      fc.array(some, { maxLength: 25 }),
      time,
      fc.integer({ min: 1, max: 4 * 1440 }),
      fc.constantFrom(1, 2, 0.5),
      zone,
      async (bursts, from, minutes, people, timezone) => {
        const alarms = following(bursts.flat());
        await fill(alarms);
        const to = from + minutes * MINUTE;
        const query = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), people, timezone };
        const plain = plainFigures(alarms, { from, to, people, timezone });
        const found = valuesOf(await ask(query));
        expect(Object.keys(found).sort()).toEqual(Object.keys(plain).sort());
        for (const [id, value] of Object.entries(plain)) {
          if (value === null) expect([id, found[id]]).toEqual([id, null]);
          else expect({ id, value: found[id] }).toEqual({ id, value: expect.closeTo(value, 9) as number });
        }
      },
    ),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 15), seed: Number(process.env['PROPERTY_SEED'] ?? 18_2) },
  );
});
