/**
 * What the figures of the alarm system are made of, counted by the database. Alarms count by when the house told of them
 * (`noted_at`); pilot ones and suppressed ones disturbed nobody and are counted apart. Definitions: shared/model/kpi.ts.
 */
import { type RawBuilder, sql } from 'kysely';
import { CHATTER, STALE_AFTER_MS } from '#shared/model/attention.ts';
import { FLOOD_PERIOD, PERIOD_MS, TOP } from '#shared/model/kpi.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import type { Queries } from '../database.ts';
import { every } from './portal-page.ts';

export interface KpiRange {
  /** [from, to). */
  readonly from: Date;
  readonly to: Date;
  /** IANA. */
  readonly timezone: string;
  readonly customer?: string | undefined;
  readonly model?: string | undefined;
}

/** Alarms of live rules on machines asked for, whatever their time. */
const TABLES = sql`alarm join machine on machine.id = alarm.machine`;

function asked({ customer, model }: KpiRange): RawBuilder<unknown> {
  return every(
    sql`alarm.mode = 'live'`,
    customer === undefined ? undefined : sql`machine.customer = ${customer}`,
    model === undefined ? undefined : sql`machine.model = ${model}`,
  );
}

/** Alarms that people were told of in the range. */
function told(range: KpiRange): RawBuilder<unknown> {
  return every(
    asked(range),
    sql`alarm.suppressed is null`,
    sql`alarm.noted_at >= ${range.from}`,
    sql`alarm.noted_at < ${range.to}`,
  );
}

/** Beside a count a number would be taken for a whole one. */
const real = (value: number) => sql`cast(${value} as double precision)`;

/** CTE `day (begin, finish)`: the days of the time zone that the range touches; they follow one another without a gap. */
function days({ from, to, timezone }: KpiRange): RawBuilder<unknown> {
  return sql`day as (
    select d at time zone ${timezone} as begin, (d + interval '1 day') at time zone ${timezone} as finish
    from generate_series(
      date_trunc('day', ${from}::timestamptz at time zone ${timezone}),
      (${to}::timestamptz - interval '1 ms') at time zone ${timezone}, interval '1 day') as d
  ), begins as materialized (select array_agg(begin order by begin) as at from day)`;
}

/** Begin of the day in which an alarm was told of. */
const DAY_OF = sql`begins.at[width_bucket(alarm.noted_at, begins.at)]`;

/** CTE `period (begin, alarms)`: every period of `ms`, counted from the begin of its day, that the range touches. */
function periods(range: KpiRange, ms: number): RawBuilder<unknown> {
  const seconds = ms / 1_000;
  const width = sql`make_interval(secs => ${seconds})`;
  return sql`${days(range)}, counted as materialized (
    select date_bin(${width}, alarm.noted_at, ${DAY_OF}) as begin, count(*) as alarms
    from ${TABLES} cross join begins where ${told(range)} group by 1
  ), period as (
    select clock.begin, coalesce(counted.alarms, 0) as alarms
    from (
      select day.begin + n * ${width} as begin from day cross join lateral
        generate_series(0, cast(ceil(extract(epoch from day.finish - day.begin) / ${seconds}) as integer) - 1) as n
    ) as clock left join counted on counted.begin = clock.begin
    where clock.begin < ${range.to} and clock.begin + ${width} > ${range.from}
  )`;
}

export interface PeriodFigures {
  readonly periods: number;
  readonly above: number;
  readonly worst: number;
  readonly worst_at: Date | null;
}

/** Periods of `ms`: how many there are, how many have more than `above` alarms, and the worst. */
export async function periodFigures(db: Queries, range: KpiRange, ms: number, above: number): Promise<PeriodFigures> {
  const { rows } = await sql<PeriodFigures>`with ${periods(range, ms)}
    select count(*) as periods, count(*) filter (where alarms > ${real(above)}) as above, coalesce(max(alarms), 0) as worst,
      (select begin from period where alarms > 0 order by alarms desc, begin limit 1) as worst_at
    from period`.execute(db);
  return rows[0] as PeriodFigures;
}

export interface FloodRow {
  readonly begin: Date;
  /** End of its last period. */
  readonly finish: Date;
  readonly periods: number;
  readonly alarms: number;
  readonly worst: number;
}

/** Floods in order of time; `people`: on shift. */
export async function floods(db: Queries, range: KpiRange, people: number): Promise<readonly FloodRow[]> {
  const { rows } = await sql<FloodRow>`with ${periods(range, PERIOD_MS)}, marked as (
      select begin, alarms, case when alarms >= ${real(FLOOD_PERIOD.from * people)} then 1
        when alarms < ${real(FLOOD_PERIOD.below * people)} then 0 end as mark from period
    ), grouped as (select *, count(mark) over (order by begin) as since from marked
    ), judged as (select begin, alarms, coalesce(max(mark) over (partition by since), 0) as flood from grouped
    ), islands as (select *, sum(1 - flood) over (order by begin) as island from judged)
    select min(begin) as begin, max(begin) + make_interval(secs => ${PERIOD_MS / 1_000}) as finish, count(*) as periods,
      sum(alarms)::bigint as alarms, max(alarms) as worst
    from islands where flood = 1 group by island order by 1`.execute(db);
  return rows;
}

export interface DayRow {
  readonly begin: Date;
  readonly alarms: number;
  /** Standing for longer than a day on that day. */
  readonly stale: number;
}

/** Every day of the time zone that the range touches. */
export async function dayRows(db: Queries, range: KpiRange): Promise<readonly DayRow[]> {
  const late = sql`make_interval(secs => ${STALE_AFTER_MS / 1_000})`;
  const { rows } = await sql<DayRow>`with ${days(range)}, counted as materialized (
      select ${DAY_OF} as begin, count(*) as alarms from ${TABLES} cross join begins where ${told(range)} group by 1
    ), old as materialized (
      select raised_at + ${late} as since, least(coalesce(cleared_at, ${range.to}), ${range.to}) as until
      from ${TABLES} where ${staleIn(range)}
    )
    select day.begin, coalesce(counted.alarms, 0) as alarms,
      (select count(*) from old where old.since < day.finish and old.until > day.begin) as stale
    from day left join counted on counted.begin = day.begin order by 1`.execute(db);
  return rows;
}

/** Stood for longer than a day at some time in the range. */
function staleIn(range: KpiRange): RawBuilder<unknown> {
  const late = sql`make_interval(secs => ${STALE_AFTER_MS / 1_000})`;
  const stale = sql`alarm.raised_at + ${late}`;
  return every(
    asked(range),
    sql`alarm.suppressed is null`,
    sql`alarm.raised_at < ${range.to}::timestamptz - ${late}`,
    sql`(alarm.cleared_at is null or (alarm.cleared_at > ${stale} and alarm.cleared_at > ${range.from}))`,
  );
}

export interface StaleRow {
  readonly id: string;
  readonly machine: string;
  readonly machine_name: Text | null;
  readonly rule: string;
  readonly raised_at: Date;
}

/** Those that stand at the end of the range, oldest first. */
export async function staleAlarms(db: Queries, range: KpiRange, limit: number): Promise<readonly StaleRow[]> {
  const { rows } = await sql<StaleRow>`
    select alarm.id, alarm.machine, machine.name as machine_name, alarm.rule, alarm.raised_at from ${TABLES}
    where ${staleIn(range)} and (alarm.cleared_at is null or alarm.cleared_at >= ${range.to})
    order by alarm.raised_at, alarm.id limit ${limit}`.execute(db);
  return rows;
}

export interface PairRow {
  readonly machine: string;
  readonly machine_name: Text | null;
  readonly rule: string;
  readonly count: number;
}

/**
 * Rule and machine, with how often they came or went for at least the third time within a minute; the worst first. Alarms of
 * one rule and machine follow one another, so three moves are one alarm and the beginning of the next, or the end of the last.
 */
export async function chattering(db: Queries, range: KpiRange): Promise<readonly PairRow[]> {
  const minute = sql`make_interval(secs => ${CHATTER.withinMs / 1_000})`;
  const near = (at: string) => sql`${sql.ref(at)} - lag(${sql.ref(at)}) over last < ${minute}`;
  const { rows } = await sql<PairRow>`with moved as (
      select alarm.machine, alarm.rule, cast(${near('raised_at')} as integer) as came, cast(${near('cleared_at')} as integer) as went
      from ${TABLES} where ${told(range)}
      window last as (partition by alarm.machine collate "C", alarm.rule collate "C" order by alarm.raised_at)
    ), often as (
      select machine, rule, sum(coalesce(came, 0) + coalesce(went, 0))::bigint as count from moved
      where came = 1 or went = 1 group by machine, rule
    )
    select often.machine, machine.name as machine_name, often.rule, often.count
    from often join machine on machine.id = often.machine order by often.count desc, often.rule, often.machine`.execute(
    db,
  );
  return rows;
}

/** The most frequent ones, the worst first. */
export async function topPairs(db: Queries, range: KpiRange): Promise<readonly PairRow[]> {
  const { rows } = await sql<PairRow>`
    select alarm.machine, machine.name as machine_name, alarm.rule, count(*) as count from ${TABLES} where ${told(range)}
    group by alarm.machine, machine.name, alarm.rule order by count desc, alarm.rule, alarm.machine limit ${TOP}`.execute(
    db,
  );
  return rows;
}

export interface RuleFigures {
  readonly rule: string;
  readonly alarms: number;
  /** Cases to which it brought an alarm, by what people said of them. */
  readonly valid: number;
  readonly false_alarms: number;
  readonly undecided: number;
}

/** Every rule with alarms, the loudest first; a case that was merged into another counts as that one. */
export async function ruleFigures(db: Queries, range: KpiRange): Promise<readonly RuleFigures[]> {
  const { rows } = await sql<RuleFigures>`with seen as (
      select alarm.rule, coalesce(whole.id, part.id) as case_id, coalesce(whole.verdict, part.verdict) as verdict
      from ${TABLES} left join service_case as part on part.id = alarm.case_id
      left join service_case as whole on whole.id = part.merged_into where ${told(range)}
    )
    select rule, count(*) as alarms, count(distinct case_id) filter (where verdict = 'valid') as valid,
      count(distinct case_id) filter (where verdict = 'false-alarm') as false_alarms,
      count(distinct case_id) filter (where verdict is null) as undecided
    from seen group by rule order by alarms desc, rule`.execute(db);
  return rows;
}

export interface AlarmTotals {
  readonly alarms: number;
  readonly danger: number;
  readonly warning: number;
  readonly notice: number;
  /** Told of to nobody. */
  readonly shelved: number;
  readonly maintenance: number;
  readonly flood: number;
  readonly pilot: number;
  /** Cases of the alarms, by what people said of them. */
  readonly valid: number;
  readonly false_alarms: number;
}

export async function alarmTotals(db: Queries, range: KpiRange): Promise<AlarmTotals> {
  const { customer, model, from, to } = range;
  const of = (severity: Severity) => sql`count(*) filter (where is_told and severity = ${severity})`;
  const held = (why: string) => sql`count(*) filter (where mode = 'live' and suppressed = ${why})`;
  const cases = (verdict: string) => sql`count(distinct case_id) filter (where is_told and verdict = ${verdict})`;
  const where = every(
    sql`alarm.noted_at >= ${from}`,
    sql`alarm.noted_at < ${to}`,
    customer === undefined ? undefined : sql`machine.customer = ${customer}`,
    model === undefined ? undefined : sql`machine.model = ${model}`,
  );
  const { rows } = await sql<AlarmTotals>`with seen as (
      select alarm.mode, alarm.severity, alarm.suppressed, alarm.mode = 'live' and alarm.suppressed is null as is_told,
        coalesce(whole.id, part.id) as case_id, coalesce(whole.verdict, part.verdict) as verdict
      from ${TABLES} left join service_case as part on part.id = alarm.case_id
      left join service_case as whole on whole.id = part.merged_into where ${where}
    )
    select count(*) filter (where is_told) as alarms, ${of('danger')} as danger, ${of('warning')} as warning,
      ${of('notice')} as notice, ${held('shelved')} as shelved, ${held('maintenance')} as maintenance,
      ${held('flood')} as flood, count(*) filter (where mode = 'pilot') as pilot, ${cases('valid')} as valid,
      ${cases('false-alarm')} as false_alarms
    from seen`.execute(db);
  return rows[0] as AlarmTotals;
}
