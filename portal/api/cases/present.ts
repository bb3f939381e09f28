/**
 * What leaves of a case, field by field. To a customer the internal timeline, next steps, verdicts and the alarms with their
 * limits do not exist.
 */
import type { AlarmRow } from '#shared/database/queries/portal-alarms.ts';
import type { ChecklistRow } from '#shared/database/queries/case-checklist.ts';
import type { RelatedRow, SimilarRow } from '#shared/database/queries/portal-case-beside.ts';
import type { CaseRow, TimelineRow } from '#shared/database/queries/portal-cases.ts';
import { may, type Who } from '#shared/model/access.ts';
import type {
  AlarmAnswer,
  CaseAnswer,
  CaseListItem,
  RelatedCase,
  SimilarCase,
  TimelineEntry,
} from '#shared/model/api/case.ts';
import { CaseStepBody } from '#shared/model/api/case.ts';
import type { ClockAnswer } from '#shared/model/api/service.ts';
import { CASE_STEPS, type CaseStep, stepAllowed } from '#shared/model/case.ts';
import { SEVERITY_WORDS } from '#shared/model/condition.ts';
import { DATA_COMPONENT, DATA_COMPONENT_NAME } from '#shared/model/data-case.ts';
import { choicesFor } from '#shared/model/outcome.ts';
import type { Choice, PlantIndex } from '#shared/model/plant.ts';
import type { Severity } from '#shared/model/rule.ts';
import { type Text, textIn } from '#shared/model/text.ts';
import { presentAlarm } from '../alarms/present.ts';
import { iso } from '../times.ts';

export function presentCase(
  row: CaseRow,
  plant: PlantIndex,
  who: Who,
  clocks: readonly ClockAnswer[] = [],
): CaseListItem {
  const internal = may(who.role, 'case.internal');
  const component = plant.model(row.model)?.components.find(({ id }) => id === row.component);
  const componentName = row.component === DATA_COMPONENT ? DATA_COMPONENT_NAME : component?.name;
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    severity: row.severity,
    highestSeverity: row.highest_severity,
    machine: row.machine,
    machineName: row.machine_name,
    component: row.component || null,
    componentName: componentName ?? null,
    customer: row.customer,
    customerName: row.customer_name,
    tier: row.tier,
    title: internal ? row.title : meaningOf(row.severity, componentName),
    openedAt: row.opened_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    occurrences: row.occurrences,
    standing: row.standing,
    owner: row.owner === null ? null : { id: row.owner, name: row.owner_name ?? row.owner },
    nextStep: internal ? row.next_step : null,
    dueAt: iso(row.due_at),
    waitingFor: internal ? row.waiting_for : null,
    waitingUntil: internal ? iso(row.waiting_until) : null,
    shelvedUntil: internal ? iso(row.shelved_until) : null,
    absorbing: row.absorbing,
    clocks: [...clocks],
    simulated: row.simulated,
    revision: row.revision,
    may: stepsOf(row, who),
  };
}

export function presentWhole(
  row: CaseRow,
  beside: {
    readonly plant: PlantIndex;
    readonly alarms: readonly AlarmRow[];
    readonly timeline: readonly TimelineRow[];
    readonly checklist: readonly ChecklistRow[];
    readonly related: readonly RelatedRow[];
    readonly similar: readonly SimilarRow[];
    readonly clocks: readonly ClockAnswer[] | undefined;
    /** Epoch ms. */
    readonly now: number;
  },
  who: Who,
): CaseAnswer {
  const internal = may(who.role, 'case.internal');
  const works = may(who.role, 'case.work');
  const choices = choicesFor(works ? beside.plant.model(row.model) : undefined, row.component);
  const listed = (list: readonly Choice[]) => (works ? list.map(({ id, name }) => ({ id, name })) : []);
  return {
    ...presentCase(row, beside.plant, who, beside.clocks),
    alarms: may(who.role, 'alarm.see')
      ? beside.alarms.map((alarm): AlarmAnswer => presentAlarm(alarm, who, beside.now))
      : [],
    timeline: beside.timeline.map((entry) => presentEntry(entry, internal)),
    cause: row.cause,
    remedy: row.remedy,
    verdict: internal ? row.verdict : null,
    why: internal ? row.verdict_why : null,
    causeChoice: row.cause_choice,
    remedyChoice: row.remedy_choice,
    whyChoice: internal ? row.why_choice : null,
    choices: { causes: listed(choices.causes), remedies: listed(choices.remedies), whys: listed(choices.whys) },
    checklist: beside.checklist.map(({ item, text, rule, done_at, done_by, done_by_name }) => ({
      item,
      text,
      rule,
      doneAt: iso(done_at),
      doneBy: done_by === null ? null : { id: done_by, name: done_by_name ?? done_by },
    })),
    resolvedAt: iso(row.resolved_at),
    closedAt: iso(row.closed_at),
    mergedInto: linkOf(beside.related.find(({ how }) => how === 'merged-into')),
    related: beside.related.flatMap(({ id, number, status, how }): RelatedCase[] =>
      how === 'merged-into' ? [] : [{ id, number, status, how }],
    ),
    similar: beside.similar.map(presentSimilar),
  };
}

function linkOf(row: RelatedRow | undefined): CaseAnswer['mergedInto'] {
  return row ? { id: row.id, number: row.number } : null;
}

function presentSimilar(row: SimilarRow): SimilarCase {
  const { id, number, machine, title, cause, remedy, verdict } = row;
  return {
    id,
    number,
    machine,
    machineName: row.machine_name,
    title,
    endedAt: row.ended_at.toISOString(),
    cause,
    remedy,
    verdict,
  };
}

/** What a case means without a measured value or a limit: "Spindellager: Ausfallgefahr". */
function meaningOf(severity: Severity, component: Text | undefined): Text {
  const { de, en } = SEVERITY_WORDS[severity];
  if (component === undefined) return { de, en };
  return { de: `${textIn(component, 'de')}: ${de}`, en: `${textIn(component, 'en')}: ${en}` };
}

/** Of an entry's detail a customer gets the words meant for people, and nothing that decides or measures. */
const FOR_CUSTOMERS = ['text', 'cause', 'remedy', 'how', 'number'];

function presentEntry(entry: TimelineRow, internal: boolean): TimelineEntry {
  const { id, at, actor, actor_name, kind, visibility } = entry;
  const { key: _key, ...detail } = entry.detail;
  return {
    id,
    at: at.toISOString(),
    actor: actor === null ? null : { id: actor, name: actor_name ?? actor },
    kind,
    visibility,
    detail: internal
      ? detail
      : Object.fromEntries(Object.entries(detail).filter(([key]) => FOR_CUSTOMERS.includes(key))),
  };
}

/** Steps this person may take with this case now. */
function stepsOf(row: CaseRow, who: Who): CaseStep[] {
  return CASE_STEPS.filter(
    (step) =>
      step in CaseStepBody &&
      stepAllowed(step, row.status) &&
      may(who.role, step === 'comment' ? 'case.comment' : 'case.work'),
  );
}
