import { Button, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { type RecurrenceProblem, recurrenceProblems, Series } from '#shared/model/service/recurrence.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { toWall } from '#portal/web/ui/format/wall.ts';
import { useZone } from '#portal/web/ui/format/Zone.tsx';
import { Dates } from './Dates.tsx';
import { type PlanDraft, scheduleOf } from './plan.ts';
import { Refused } from './Refused.tsx';
import { RepeatFields } from './RepeatFields.tsx';
import { TimeFields } from './TimeFields.tsx';
import { useWindowStep } from './useWindowStep.ts';
import { scheduleWords } from './words.ts';
import classes from './maintenance.module.css';

const HOUR = 3_600_000;
const SHOWN = 3;

interface PlanFormProps {
  readonly machine: string;
  readonly onClose: () => void;
}

/** Plans a window of this machine; says in a sentence and by the next dates what was typed, by the reckoning of the server. */
export default function PlanForm({ machine, onClose }: PlanFormProps) {
  const { t } = useTexts();
  const zone = useZone();
  const step = useWindowStep();
  const [draft, setDraft] = useState<PlanDraft>(() => ({
    title: '',
    start: toWall(Math.ceil(Date.now() / HOUR) * HOUR, zone),
    duration: 2,
    unit: 'h',
    repeat: 'once',
    every: 1,
    days: [],
    until: '',
  }));
  const change = (part: Partial<PlanDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const looked = useMemo(() => look(draft, zone, Date.now()), [draft, zone]);
  const title = draft.title.trim();
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        const body = { machine, title, timezone: zone, ...scheduleOf(draft) };
        step.mutate({ step: 'plan', body }, { onSuccess: onClose });
      }}
    >
      <TextInput
        label={t('service.maintenance.name')}
        placeholder={t('service.maintenance.nameHint')}
        value={draft.title}
        onChange={(event) => change({ title: event.currentTarget.value })}
        maxLength={200}
        required
        withAsterisk={false}
        data-autofocus
      />
      <TimeFields draft={draft} onChange={change} />
      <RepeatFields draft={draft} onChange={change} />
      <Preview draft={draft} looked={looked} />
      <Refused title={t('service.maintenance.failed')} error={step.error} />
      <div className={classes.foot}>
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" disabled={title === '' || looked.wrong !== undefined} loading={step.isPending}>
          {t('service.maintenance.plan')}
        </Button>
      </div>
    </form>
  );
}

interface Looked {
  readonly wrong: Exclude<RecurrenceProblem['path'], 'timezone'> | 'past' | undefined;
  readonly dates: readonly { readonly from: number; readonly to: number }[];
}

/** What keeps it from being planned, else when it will hold from now on. */
function look(draft: PlanDraft, timezone: string, now: number): Looked {
  const recurrence = { ...scheduleOf(draft), timezone };
  const [problem] = recurrenceProblems(recurrence);
  // The zone is the machine's own: no person could have mistyped it.
  if (problem) return { wrong: problem.path === 'timezone' ? 'start' : problem.path, dates: [] };
  const dates = new Series(recurrence).between(now, Number.POSITIVE_INFINITY, SHOWN);
  return { wrong: dates.length === 0 ? 'past' : undefined, dates };
}

function Preview({ draft, looked: { wrong, dates } }: { readonly draft: PlanDraft; readonly looked: Looked }) {
  const { t, language } = useTexts();
  return (
    <div className={classes.preview} role="status" aria-label={t('service.maintenance.preview')}>
      {wrong === undefined ? (
        <>
          <p>{scheduleWords(scheduleOf(draft), language)}</p>
          <Dates label={t('service.maintenance.previewNext')} dates={dates} />
        </>
      ) : (
        <p>{t(`service.maintenance.wrong.${wrong}`)}</p>
      )}
    </div>
  );
}
