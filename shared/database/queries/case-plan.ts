/** What each plain step sets on a case and leaves in its timeline. */
import type { Updateable } from 'kysely';
import { type Said, said } from '#shared/model/outcome.ts';
import type { Choice } from '#shared/model/plant.ts';
import type { ServiceCaseTable } from '../schema.ts';
import { highest } from './case-alarms.ts';
import { AWAKE, type StepOf, type StepOptions } from './case-step.ts';
import type { NewCaseEvent, ServiceCase } from './cases.ts';

/** Steps that change one case and nothing else. */
export type PlainStep = Exclude<StepOptions, { step: 'merge' | 'split' | 'checklist' }>;

export interface Plan {
  readonly set: Updateable<ServiceCaseTable>;
  readonly events: readonly Pick<NewCaseEvent, 'kind' | 'visibility' | 'detail'>[];
  readonly acknowledges?: boolean;
}

/** Free words of a person are internal, a comment says for itself. */
export function planOf(options: PlainStep, current: ServiceCase): Plan {
  const began = current.work_began_at ?? options.at;
  switch (options.step) {
    case 'acknowledge':
      return {
        set: { status: 'acknowledged' },
        events: [{ kind: 'acknowledged', visibility: 'customer', detail: {} }, ...remark(options.body.note)],
        acknowledges: true,
      };
    case 'assign':
      return planAssign(options, current);
    case 'comment': {
      const { text, visibility, key } = options.body;
      return { set: {}, events: [{ kind: 'comment', visibility, detail: { text, ...(key ? { key } : {}) } }] };
    }
    case 'shelve': {
      const { until, reason } = options.body;
      const severity = current.status === 'shelved' ? current.shelved_severity : null;
      return {
        set: {
          ...AWAKE,
          status: 'shelved',
          shelved_until: new Date(until),
          shelved_severity: highest([current.severity, severity ?? current.severity]) ?? current.severity,
        },
        events: [{ kind: 'shelved', visibility: 'internal', detail: { until, reason } }],
      };
    }
    case 'wait': {
      const { reason, until, note } = options.body;
      const end = new Date(until);
      return {
        set: {
          ...AWAKE,
          status: 'waiting',
          waiting_for: reason,
          waiting_until: end,
          due_at: end,
          work_began_at: began,
        },
        events: [
          { kind: 'waiting', visibility: 'internal', detail: { for: reason, until, ...(note ? { note } : {}) } },
        ],
      };
    }
    case 'resolve': {
      const { set, detail } = outcomeOf(options, current);
      return {
        set: { ...set, ...AWAKE, status: 'resolved', resolved_at: options.at },
        events: [{ kind: 'resolved', visibility: 'customer', detail }],
      };
    }
    case 'close': {
      const { set, detail } = outcomeOf(options, current);
      return {
        set: { ...set, ...AWAKE, status: 'closed', closed_at: options.at },
        events: [{ kind: 'closed', visibility: 'customer', detail }, ...remark(options.body.note)],
      };
    }
    case 'reopen':
      return {
        set: {
          status: current.owner === null ? 'acknowledged' : 'in-progress',
          verdict: null,
          verdict_why: null,
          why_choice: null,
          resolved_at: null,
          closed_at: null,
          absorbing: true,
          work_began_at: current.owner === null ? null : options.at,
        },
        events: [{ kind: 'reopened', visibility: 'customer', detail: {} }, ...remark(options.body.reason)],
      };
  }
}

/** Cause, remedy, verdict and why: what is not said again stays as it was said when the case was resolved. */
function outcomeOf(options: StepOf<'resolve'> | StepOf<'close'>, current: ServiceCase) {
  const { body, choices, language = 'de' } = options;
  const known = current.status === 'resolved';
  const hear = (list: readonly Choice[] | undefined, words: string | undefined, before: Said | null): Said | null =>
    words === undefined ? (known ? before : null) : said(list ?? [], words, language);
  const before = (text: string | null, choice: string | null): Said | null => (text === null ? null : { text, choice });
  const cause = hear(choices?.causes, body.cause, before(current.cause, current.cause_choice));
  const remedy = hear(choices?.remedies, body.remedy, before(current.remedy, current.remedy_choice));
  const why = hear(choices?.whys, body.why, before(current.verdict_why, current.why_choice));
  const verdict = body.verdict ?? current.verdict;
  return {
    set: {
      cause: cause?.text ?? null,
      cause_choice: cause?.choice ?? null,
      remedy: remedy?.text ?? null,
      remedy_choice: remedy?.choice ?? null,
      verdict,
      verdict_why: why?.text ?? null,
      why_choice: why?.choice ?? null,
    },
    detail: {
      ...(cause ? { cause: cause.text } : {}),
      ...(remedy ? { remedy: remedy.text } : {}),
      verdict,
      ...(why ? { why: why.text } : {}),
    },
  };
}

/** Who takes a case that nobody works on yet begins to; and has seen its alarms. */
function planAssign({ body, who, at }: StepOf<'assign'>, current: ServiceCase): Plan {
  const owner = body.owner === undefined ? who : body.owner;
  const begins = owner !== null && (current.status === 'new' || current.status === 'acknowledged');
  return {
    set: {
      owner,
      ...(begins ? { status: 'in-progress' as const, work_began_at: current.work_began_at ?? at } : {}),
      ...(body.nextStep === undefined ? {} : { next_step: body.nextStep }),
      ...(body.dueAt === undefined ? {} : { due_at: body.dueAt === null ? null : new Date(body.dueAt) }),
    },
    events: [{ kind: 'assigned', visibility: 'internal', detail: { ...body, owner } }],
    acknowledges: begins,
  };
}

function remark(text: string | undefined): Plan['events'] {
  return text ? [{ kind: 'comment', visibility: 'internal', detail: { text } }] : [];
}
