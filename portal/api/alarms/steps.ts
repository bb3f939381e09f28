/** What people do with a single alarm: acknowledge, shelve, unshelve. Active and acknowledged are two axes. */
import type { Transaction } from '#shared/database/database.ts';
import { audit } from '#shared/database/queries/audit.ts';
import { type AlarmRow, alarmRow } from '#shared/database/queries/portal-alarms.ts';
import {
  acknowledgeAlarm,
  type By,
  type NewShelving,
  shelveAlarm,
  unshelveAlarm,
} from '#shared/database/queries/shelving.ts';
import { ShelveBody } from '#shared/model/api/alarm.ts';
import { AlarmAnswer } from '#shared/model/api/case.ts';
import { durationMs } from '#shared/model/duration.ts';
import { greatestExcess } from '#shared/model/reason.ts';
import type { PortalParts } from '../parts.ts';
import { invalid, notFound, ProblemError } from '../problems.ts';
import { ById, type Context, type Route, route } from '../route.ts';
import { presentAlarm } from './present.ts';

/** An alarm that is set aside for longer is a rule to be changed. */
const LONGEST_DAYS = 30;
const LONGEST_MS = LONGEST_DAYS * 86_400_000;

type Asked = Pick<Context, 'who' | 'now'> & { readonly params: { readonly id: string } };

export function alarmStepRoutes({ database }: Pick<PortalParts, 'database'>): Route[] {
  /** Finds the alarm, does it, and answers how the alarm is then. */
  const take = async (
    { who, params, now }: Asked,
    step: (tx: Transaction, alarm: AlarmRow & { customer: string }, by: By) => Promise<void>,
  ): Promise<AlarmAnswer> => {
    await database.transaction(async (tx) => {
      const alarm = await alarmRow(tx, who.scope, params.id);
      if (!alarm) throw notFound('alarm', params.id);
      await step(tx, alarm, { who: who.id, at: new Date(now) });
    });
    const after = await alarmRow(database.kysely, who.scope, params.id);
    if (!after) throw notFound('alarm', params.id);
    return presentAlarm(after, who, now);
  };
  return [
    route({
      method: 'post',
      path: '/alarms/{id}/acknowledge',
      may: 'case.work',
      summary: 'I have seen it; it stands or has cleared all the same',
      params: ById,
      answer: AlarmAnswer,
      act: (asked) =>
        take(asked, async (tx, alarm, by) => {
          if (!(await acknowledgeAlarm(tx, alarm, by))) return;
          await audit(tx, { actor: by.who, action: 'alarm.acknowledged', subject: alarm.id }, by.at);
        }),
    }),
    route({
      method: 'post',
      path: '/alarms/{id}/shelve',
      may: 'alarm.shelve',
      summary:
        'Sets a standing alarm aside with a reason: until a time, a number of raises or until its excess has grown, whichever comes first',
      params: ById,
      body: ShelveBody,
      answer: AlarmAnswer,
      act: (asked) =>
        take(asked, async (tx, alarm, by) => {
          const { who, now, body } = asked;
          if (alarm.cleared_at) {
            throw new ProblemError('conflict', 'The alarm has cleared already.', {
              extra: { current: presentAlarm(alarm, who, now) },
            });
          }
          if (alarm.mode === 'pilot') {
            throw new ProblemError(
              'conflict',
              'The rule is a pilot: its alarm disturbs nobody, so there is nothing to shelve.',
              {
                extra: { current: presentAlarm(alarm, who, now) },
              },
            );
          }
          const shelving = shelvingOf(body, alarm, now);
          await audit(tx, { actor: by.who, action: 'alarm.shelved', subject: alarm.id, detail: body }, by.at);
          await shelveAlarm(tx, alarm, shelving, by);
        }),
    }),
    route({
      method: 'post',
      path: '/alarms/{id}/unshelve',
      may: 'alarm.shelve',
      summary:
        'Takes back what was shelved: within a second or two the alarm calls for attention again, if it still stands',
      params: ById,
      answer: AlarmAnswer,
      act: (asked) =>
        take(asked, async (tx, alarm, by) => {
          if (!(await unshelveAlarm(tx, alarm, by))) {
            throw new ProblemError('conflict', 'The alarm is not shelved.', {
              extra: { current: presentAlarm(alarm, asked.who, asked.now) },
            });
          }
          await audit(tx, { actor: by.who, action: 'alarm.unshelved', subject: alarm.id }, by.at);
        }),
    }),
  ];
}

/** What the body asks for. Throws a problem where that cannot be. */
function shelvingOf(body: ShelveBody, alarm: AlarmRow, now: number): NewShelving {
  const { until, reason, raises, within, growsBy } = body;
  const end = until === undefined ? now + LONGEST_MS : Date.parse(until);
  if (end <= now) throw invalid([{ path: 'body.until', message: 'lies in the past' }]);
  if (end > now + LONGEST_MS) {
    throw invalid([{ path: 'body.until', message: `is more than ${LONGEST_DAYS} days away: change the rule instead` }]);
  }
  if (growsBy !== undefined && greatestExcess(alarm.reason.fact) === undefined) {
    throw invalid([
      {
        path: 'body.growsBy',
        message: 'is possible only for a rule that asks how far a sensor is outside its tolerance',
      },
    ]);
  }
  return {
    until: new Date(end),
    reason,
    raises: raises ?? null,
    withinMs: within === undefined ? null : durationMs(within),
    growth: growsBy ?? null,
  };
}
