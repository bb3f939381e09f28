import { Button, NativeSelect, Progress, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { PlantAnswer } from '#shared/model/api/rule.ts';
import type { Rule } from '#shared/model/rule.ts';
import { ApiProblem } from '#portal/web/api/problem.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { count } from '#portal/web/ui/format/number.ts';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { Empty } from '#portal/web/ui/panel/Panel.tsx';
import { problemText } from '#portal/web/ui/problem.ts';
import { HitsChart } from './HitsChart.tsx';
import { LookBackResult } from './LookBackResult.tsx';
import { machineName, type RuleMachine } from './plant.ts';
import { type Phase, useLookBack } from './useLookBack.ts';
import classes from './look.module.css';

const DAYS = [1, 7, 14, 30, 90];
const USUAL_DAYS = 30;
/** More machines than this are tried only when asked for: each of them is a past to read. */
const AT_ONCE = 50;

interface LookBackProps {
  /** As it was complete last; undefined: it never was. */
  readonly rule: Rule | undefined;
  /** Nothing is missing now. */
  readonly complete: boolean;
  readonly machines: readonly RuleMachine[];
  readonly plant: PlantAnswer;
  /** Looks at once, and again with each change. */
  readonly eager: boolean;
}

/** A rule tried on what is stored: what it would have told, where, and how that agrees with what people said. */
export function LookBack({ rule, complete, machines, plant, eager }: LookBackProps) {
  const { t, language } = useTexts();
  const [days, setDays] = useState(USUAL_DAYS);
  const [wide, setWide] = useState<boolean>();
  const [chosen, setChosen] = useState<string>();
  const all = wide ?? machines.length <= AT_ONCE;
  const picked = machines.find(({ id }) => id === chosen);
  const alone = picked ?? machines[0];
  const asked = complete && machines.length > 0 ? rule : undefined;
  const look = useLookBack({ rule: asked, days, machine: all ? undefined : alone?.id }, eager);
  // The chart shows the machine that was chosen, else the first one with a hit.
  const hit = look.result?.alarms.find((alarm) => machines.some(({ id }) => id === alarm.machine))?.machine;
  const shown = picked ?? machines.find(({ id }) => id === hit) ?? alone;
  const choices = useMemo(
    () => machines.map((machine) => ({ value: machine.id, label: machineName(machine, language) })),
    [machines, language],
  );
  return (
    <section className={classes.look} aria-label={t('rules.look.title')}>
      <header className={classes.head}>
        <h2>{t('rules.look.title')}</h2>
        <NativeSelect
          size="xs"
          aria-label={t('rules.look.range')}
          data={DAYS.map((each) => ({ value: String(each), label: t('rules.look.days', { count: each }) }))}
          value={String(days)}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
        />
        {machines.length > 1 && (
          <NativeSelect
            size="xs"
            aria-label={t('rules.look.scope')}
            data={[
              {
                value: 'all',
                label: `${t('rules.look.scope')}: ${t('rules.look.scopeAll', { count: machines.length })}`,
              },
              { value: 'one', label: `${t('rules.look.scope')}: ${t('rules.look.scopeOne')}` },
            ]}
            value={all ? 'all' : 'one'}
            onChange={(event) => setWide(event.currentTarget.value === 'all')}
          />
        )}
        {shown && (
          <Select
            size="xs"
            className={classes.machine}
            aria-label={t('rules.look.machine')}
            data={choices}
            value={shown.id}
            onChange={(id) => setChosen(id ?? undefined)}
            searchable={choices.length > 8}
            limit={100}
            nothingFoundMessage={t('rules.choose.machineNone')}
            allowDeselect={false}
          />
        )}
      </header>
      <div className={classes.body}>
        {!complete || rule === undefined ? (
          <p className={classes.muted}>{t('rules.look.incomplete')}</p>
        ) : machines.length === 0 ? (
          <p className={classes.muted}>{t('rules.look.noMachine')}</p>
        ) : (
          <State phase={look.phase} onStart={look.start} onCancel={look.cancel} />
        )}
        {look.result && <LookBackResult result={look.result} outdated={look.outdated} />}
        {rule && shown && (
          <HitsChart rule={rule} machine={shown} plant={plant} range={look.range} result={look.result} />
        )}
      </div>
    </section>
  );
}

interface StateProps {
  readonly phase: Phase;
  readonly onStart: () => void;
  readonly onCancel: () => void;
}

function State({ phase, onStart, onCancel }: StateProps) {
  const { t, language } = useTexts();
  switch (phase.name) {
    case 'done':
      return null;
    case 'idle':
      return <Empty title={t('rules.look.hint')} action={<Again onStart={onStart} text={t('rules.look.start')} />} />;
    case 'cancelled':
      return (
        <Empty title={t('rules.look.cancelled')} action={<Again onStart={onStart} text={t('rules.look.again')} />} />
      );
    case 'busy': {
      const share = phase.share === undefined ? undefined : Math.round(100 * phase.share);
      const words = phase.waiting
        ? t('rules.look.waiting')
        : share === undefined
          ? t('rules.look.runningFirst')
          : t('rules.look.running', { share: `${count(language, share)}\u00a0%` });
      return (
        <div className={classes.busy}>
          <Progress.Root size="sm" className={classes.bar}>
            <Progress.Section value={share ?? 0} aria-label={t('rules.look.title')} />
          </Progress.Root>
          <span className={classes.muted} role="status">
            {words}
          </span>
          <Button size="compact-xs" variant="subtle" onClick={onCancel}>
            {t('rules.look.cancel')}
          </Button>
        </div>
      );
    }
    case 'failed': {
      const id = phase.error instanceof ApiProblem ? phase.error.correlationId : undefined;
      return (
        <div role="alert">
          <Empty
            title={t('rules.look.failed')}
            hint={[problemText(t, phase.error), id === undefined ? '' : t('panel.correlation', { id })].join(' ')}
            action={<Again onStart={onStart} text={t('rules.look.again')} />}
          />
        </div>
      );
    }
  }
}

function Again({ onStart, text }: { readonly onStart: () => void; readonly text: string }) {
  return (
    <Button size="xs" variant="default" leftSection={<Icon name="reset" size={14} />} onClick={onStart}>
      {text}
    </Button>
  );
}
