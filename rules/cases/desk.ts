/** The desk of one transaction: alarms, what suppresses them and their cases, each read once and written once. */
import { randomUUID } from 'node:crypto';
import type { Transaction } from '#shared/database/database.ts';
import { type Alarm, UNNOTICED } from '#shared/database/queries/alarms.ts';
import type { Astir, Flood, Shelving } from '#shared/database/queries/attention.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import type { Suppression } from '#shared/model/attention.ts';
import type { Text } from '#shared/model/text.ts';
import { AlarmBook, type Entry } from './alarm-book.ts';
import { CaseBook, type Coming } from './case-book.ts';
import { Floods } from './floods.ts';
import { Shelvings } from './shelvings.ts';
import type { Knowledge, Surroundings, Told } from './told.ts';
import { Windows } from './windows.ts';

const FLOOD_TITLE: Text = {
  de: 'Meldungsflut: mehr als 10 Meldungen in 10 Minuten',
  en: 'Alarm flood: more than 10 alarms in 10 minutes',
};

export class Desk {
  readonly #knowledge: Knowledge;
  readonly #alarms: AlarmBook;
  readonly #book: CaseBook;
  readonly #windows: Windows;
  readonly #shelvings: Shelvings;
  readonly #floods: Floods;
  readonly #changes: NewChange[] = [];

  constructor(tx: Transaction, { limits, knowledge }: Surroundings) {
    this.#knowledge = knowledge;
    this.#alarms = new AlarmBook(tx);
    this.#book = new CaseBook(tx, limits);
    this.#windows = new Windows(tx);
    this.#shelvings = new Shelvings(tx);
    this.#floods = new Floods(tx);
  }

  /** Reads what the transitions are about and what is astir until then, for all of them at once. */
  async prepare(told: readonly Told[], there: Astir, until: number): Promise<void> {
    const transitions = told.map(({ transition }) => transition);
    const machines = [...new Set(transitions.map(({ machine }) => machine))];
    const raised = transitions.filter(({ transition, mode }) => transition === 'raised' && mode === 'live');
    if (there.windows) await this.#windows.load(machines, until);
    if (there.shelvings) await this.#shelvings.load(machines, until);
    if (there.floods) await this.#floods.load(machines, until);
    const earliest = Math.min(...raised.map(({ t }) => t));
    if (raised.length > 0) await this.#floods.loadRates([...new Set(raised.map(({ machine }) => machine))], earliest);
    await this.#alarms.read(transitions);
    const places = new Map(
      raised.map(({ machine, component }) => [`${machine} ${component}`, placeOf(machine, component)]),
    );
    for (const { machine } of raised) places.set(`${machine} `, placeOf(machine, null));
    const cases = this.#alarms.all.flatMap(({ alarm }) => alarm.case_id ?? []);
    await this.#book.prepare([...places.values()], [...new Set([...cases, ...this.#floods.cases])]);
  }

  /** Lets come to pass, one after the other, what is due until `at`. */
  async pass(at: number): Promise<void> {
    for (;;) {
      const due = Math.min(this.#windows.nextAt, this.#shelvings.nextAt, this.#floods.nextAt);
      if (due > at) return;
      const { alarmsOf, machines } = await this.#windows.turn(due);
      const shelvings = this.#shelvings.expire(due);
      const floods = this.#floods.expire(due);
      for (const { id, customer } of machines) this.#changes.push({ kind: 'machine', ref: id, customer });
      for (const flood of floods) await this.#endFlood(flood, due);
      await this.#unshelve(shelvings, due);
      await this.#judge([...alarmsOf, ...floods.map(({ machine }) => machine)], due);
    }
  }

  /** Ends the shelvings whose excess has grown too far. */
  async weigh(at: number): Promise<void> {
    const outgrown = this.#shelvings.outgrown(at, ({ machine, rule }) => this.#knowledge.excess(machine, rule));
    await this.#unshelve(outgrown, at);
  }

  async take(told: Told): Promise<void> {
    if (told.transition.transition === 'raised') await this.#raise(told);
    else await this.#clear(told);
  }

  /** Writes everything; answers what the portal must learn. */
  async write(): Promise<readonly NewChange[]> {
    await this.#floods.write();
    const written = await this.#alarms.write();
    await this.#book.write();
    await this.#windows.write();
    await this.#shelvings.write();
    for (const { id, machine } of written) {
      const customer = this.#knowledge.customerOf(machine);
      this.#changes.push({ kind: 'alarm', ref: id, customer }, { kind: 'machine', ref: machine, customer });
    }
    for (const [ref, customer] of this.#book.touched) this.#changes.push({ kind: 'case', ref, customer });
    return this.#changes;
  }

  async #raise(told: Told): Promise<void> {
    const { at, customer, transition } = told;
    const { machine, rule, mode } = transition;
    if (mode === 'off' || this.#alarms.standing(transition)) return;
    const entry = this.#alarms.raise(alarmOf(told, mode));
    if (mode !== 'live' || customer === null) return;
    const ended = this.#shelvings.raised({ machine, rule }, at);
    if (ended) await this.#unshelve([ended], at);
    if (this.#suppress(entry, this.#suppression(entry.alarm, at), at)) return;
    if (await this.#gather(entry, told, customer)) return;
    await this.#place(entry, { customer, sentence: told.sentence, at });
  }

  async #clear({ transition, at, sentence }: Told): Promise<void> {
    const entry = this.#alarms.standing(transition);
    if (!entry) return;
    const { t, reason } = transition;
    this.#alarms.clear(entry, new Date(t), reason);
    const { id, rule, rule_version, case_id } = entry.alarm;
    if (case_id === null) return;
    this.#book.note(case_id, at, 'cleared', { alarm: id, rule, ruleVersion: rule_version, summary: sentence });
    this.#book.fall(case_id, id, at);
  }

  /** Why an alarm does not call for attention at that moment; null where it does. */
  #suppression({ machine, rule, flood }: Alarm, at: number): Suppression | null {
    if (this.#shelvings.of({ machine, rule }, at)) return 'shelved';
    if (this.#windows.hold(machine, at)) return 'maintenance';
    return this.#floods.goesOn(flood, machine) ? 'flood' : null;
  }

  /** Notes on the alarm why it is suppressed now; answers whether it is. */
  #suppress(entry: Entry, why: Suppression | null, at: number): boolean {
    const { alarm } = entry;
    if (why === alarm.suppressed) return why !== null;
    const shelving = why === 'shelved' ? this.#shelvings.of(alarm, at) : undefined;
    this.#alarms.set(entry, {
      suppressed: why,
      suppressed_at: why === null ? null : new Date(at),
      shelved_until: shelving?.until ?? null,
      shelve_reason: shelving?.reason ?? null,
    });
    return why !== null;
  }

  /**
   * Gathers an alarm of a flood that would open one more case. One whose component has an open case goes there as ever, and a
   * danger is never hidden: it gets its case even in a flood.
   */
  async #gather(entry: Entry, told: Told, customer: string): Promise<boolean> {
    const { at } = told;
    const now = { ts: told.transition.t, at };
    const { machine, component, severity } = entry.alarm;
    const over = this.#floods.outlive(machine, now);
    if (over) {
      await this.#endFlood(over, at);
      await this.#judge([machine], at);
    }
    this.#alarms.set(entry, { counted: true });
    const flooded = this.#floods.count(machine, now);
    if (!flooded) return false;
    const flood = this.#floods.of(machine) ?? this.#floods.begin(machine, customer, severity, now);
    if (severity === 'danger' || this.#book.takesAlarms({ machine, component })) return false;
    const coming = { ...placeOf(machine, null), what: flood.id, severity, customer, title: FLOOD_TITLE, at };
    const caseId = flood.case_id ?? (await this.#book.place(coming));
    if (flood.case_id === null) this.#book.note(caseId, at, 'flood', { flood: flood.id });
    const gathered = this.#floods.gather(flood, severity, caseId);
    if (flood.case_id === null || gathered.severity !== flood.severity) this.#book.raise(caseId, coming);
    this.#alarms.set(entry, { flood: flood.id });
    return this.#suppress(entry, 'flood', at);
  }

  async #endFlood({ id, case_id, began_at, alarms }: Flood, at: number): Promise<void> {
    if (case_id === null) return;
    await this.#book.read(case_id);
    this.#book.note(case_id, at, 'flood', { flood: id, ended: true, began: began_at.toISOString(), alarms });
    this.#book.fall(case_id, id, at);
  }

  /** Says in the timelines why shelvings ended, and judges their alarms anew. */
  async #unshelve(ended: readonly Shelving[], at: number): Promise<void> {
    for (const { machine, rule, alarm, case_id, ended_why, ended_by, growth, raises } of ended) {
      const entry = this.#alarms.standing({ machine, rule });
      const noted = entry?.alarm.case_id ?? case_id;
      const detail = {
        alarm: entry?.alarm.id ?? alarm,
        rule,
        why: ended_why,
        ...(ended_why === 'growth' ? { growth } : {}),
        ...(ended_why === 'raises' ? { raises } : {}),
      };
      if (noted === null) continue;
      await this.#book.read(noted);
      this.#book.note(noted, at, 'unshelved', detail, { actor: ended_by });
    }
    await this.#judge(
      ended.map(({ machine }) => machine),
      at,
    );
  }

  /** Looks at everything that stands on these machines: what suppresses it now, and what is released. */
  async #judge(machines: readonly string[], at: number): Promise<void> {
    const standing = await this.#alarms.standingOn(new Set(machines));
    const held = standing.filter(({ alarm: { suppressed } }) => suppressed !== null).map(({ alarm }) => alarm);
    await this.#book.prepare(
      held,
      held.flatMap(({ case_id }) => case_id ?? []),
    );
    for (const entry of standing) {
      const { suppressed, case_id } = entry.alarm;
      const why = this.#suppression(entry.alarm, at);
      if (why === suppressed) continue;
      this.#suppress(entry, why, at);
      if (why === null && suppressed !== null) await this.#release(entry, suppressed, at);
      else if (case_id !== null && why !== null) await this.#tell(entry, 'suppressed', why, at);
    }
  }

  /** What still stands goes to its case, or to another one where that is not open any more. */
  async #release(entry: Entry, after: Suppression, at: number): Promise<void> {
    const { machine, reason, case_id } = entry.alarm;
    if (case_id !== null && (await this.#book.read(case_id))) {
      if (after !== 'shelved') await this.#tell(entry, 'released', after, at);
      return;
    }
    const customer = this.#knowledge.customerOf(machine);
    if (customer === null) return;
    await this.#place(entry, { customer, sentence: this.#knowledge.sentence(machine, reason), at, after });
  }

  async #tell({ alarm }: Entry, kind: 'suppressed' | 'released', why: Suppression, at: number): Promise<void> {
    const { id, rule, rule_version, case_id } = alarm;
    if (case_id === null) return;
    await this.#book.read(case_id);
    this.#book.note(case_id, at, kind, { alarm: id, rule, ruleVersion: rule_version, why });
  }

  async #place(entry: Entry, { customer, sentence, at, after }: Placing): Promise<void> {
    const { id, machine, component, severity, rule, rule_version } = entry.alarm;
    const coming: Coming = {
      machine,
      component,
      what: id,
      rule: { id: rule, version: rule_version },
      severity,
      customer,
      title: sentence,
      at,
    };
    const caseId = await this.#book.place(coming);
    this.#alarms.set(entry, { case_id: caseId });
    this.#book.raise(caseId, coming);
    const detail = { alarm: id, rule, ruleVersion: rule_version, severity, summary: sentence };
    this.#book.note(caseId, at, 'raised', after === undefined ? detail : { ...detail, after });
  }
}

interface Placing {
  readonly customer: string;
  readonly sentence: Text;
  readonly at: number;
  /** What it was suppressed by before. */
  readonly after?: Suppression;
}

function alarmOf({ transition, at, ruleVersion }: Told, mode: 'live' | 'pilot'): Alarm {
  const { machine, rule, severity, component, t, reason } = transition;
  return {
    id: randomUUID(),
    machine,
    rule,
    rule_version: ruleVersion,
    mode,
    severity,
    component: component ?? '',
    raised_at: new Date(t),
    noted_at: new Date(at),
    reason,
    ...UNNOTICED,
  };
}

function placeOf(machine: string, component: string | null) {
  return { machine, component: component ?? '' };
}
