/** Who is told what of a case. */
import type { Queries } from '#shared/database/database.ts';
import type { UnreadEvent, WatchedCase } from '#shared/database/queries/case-watch.ts';
import {
  type Recipient,
  recipientsById,
  recipientsOfAll,
  recipientsWithRole,
} from '#shared/database/queries/recipients.ts';
import { may } from '#shared/model/access.ts';
import { SEVERITIES, type Severity } from '#shared/model/rule.ts';
import type { Duty } from '#shared/model/service/duty.ts';
import type { NoticeKind } from '#shared/model/service/notification.ts';
import type { EscalateTo } from '#shared/model/service/policy.ts';

interface Line {
  readonly duty: Duty;
  readonly owner: string | null;
  /** Epoch ms. */
  readonly now: number;
}

/** Whom a step of the escalation reaches: where nobody stands there, whoever comes later in the line. Never nobody. */
export async function inLine(db: Queries, to: EscalateTo, { duty, owner, now }: Line): Promise<readonly Recipient[]> {
  const onDuty = duty.at(now);
  const line: readonly (readonly [EscalateTo, string | null])[] = [
    ['owner', owner],
    ['duty', onDuty?.person ?? null],
    ['deputy', onDuty?.deputy ?? null],
    ['lead', duty.rota.lead],
  ];
  const ids = line.slice(line.findIndex(([place]) => place === to)).flatMap(([, id]) => (id === null ? [] : [id]));
  const people = await recipientsById(db, ids);
  const first = ids.map((id) => people.get(id)).find((person) => person !== undefined);
  if (first) return [first];
  const leads = await recipientsWithRole(db, ['lead']);
  return leads.length > 0 ? leads : recipientsWithRole(db, ['admin']);
}

/** What kind of notification an entry of the timeline is; undefined: nobody is told. */
export function kindOf({ kind, detail }: UnreadEvent): NoticeKind | undefined {
  switch (kind) {
    case 'opened':
    case 'reopened':
      return kind;
    case 'severity':
      return rises(detail['from'], detail['to']) ? 'severity' : undefined;
    case 'assigned':
      return typeof detail['owner'] === 'string' ? 'assigned' : undefined;
    case 'sla':
      return detail['state'] === 'breached' ? 'sla-breach' : 'sla-warning';
    case 'escalated':
      return 'escalation';
    default:
      return undefined;
  }
}

/** Everybody who is told of the entry; not who did it. */
export async function audience(
  db: Queries,
  event: UnreadEvent,
  watched: WatchedCase,
  { duty, now }: Omit<Line, 'owner'>,
): Promise<readonly Recipient[]> {
  const told = new Map<string, Recipient>();
  const add = (people: Iterable<Recipient>): void => {
    for (const person of people) if (person.id !== event.actor) told.set(person.id, person);
  };
  const kind = kindOf(event);
  if (kind === 'escalation' || kind === 'assigned') {
    const ids = kind === 'assigned' ? [event.detail['owner']] : event.detail['to'];
    add((await recipientsById(db, Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [])).values());
    return [...told.values()];
  }
  const mine = watched.owner ?? duty.at(now)?.person;
  if (mine !== undefined) add((await recipientsById(db, [mine])).values());
  if (kind === 'sla-breach') add(await inLine(db, 'lead', { duty, owner: null, now }));
  const all = await recipientsOfAll(db);
  add(
    all.filter(
      ({ role, scope }) => may(role, 'case.internal') && (scope === 'all' || scope.includes(watched.customer)),
    ),
  );
  return [...told.values()];
}

function rises(from: unknown, to: unknown): boolean {
  return SEVERITIES.indexOf(to as Severity) < SEVERITIES.indexOf(from as Severity);
}
