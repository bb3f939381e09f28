import { UnstyledButton } from '@mantine/core';
import type { FleetSummary } from '#shared/model/api/machine.ts';
import type { MachineCondition } from '#shared/model/condition.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ConditionSign } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { count } from '#portal/web/ui/format/number.ts';
import classes from './summary.module.css';

const ORDER: readonly MachineCondition[] = ['F', 'S', 'M', 'C', '?', 'OK'];

interface SummaryLineProps {
  readonly summary: FleetSummary;
  readonly chosen: MachineCondition | undefined;
  readonly onChoose: (condition: MachineCondition | undefined) => void;
  /** To be read from afar. */
  readonly big?: boolean;
}

/** F 1 · S 4 · M 7 · C 2 · ? 3 · OK 143; each one filters the list. */
export function SummaryLine({ summary, chosen, onChoose, big = false }: SummaryLineProps) {
  const { t, language } = useTexts();
  return (
    <div className={classes.line} data-big={big || undefined} role="group" aria-label={t('fleet.summary')}>
      {ORDER.map((condition) => {
        const on = condition === chosen;
        const word = t(`condition.${condition}`);
        return (
          <UnstyledButton
            key={condition}
            className={classes.item}
            data-none={summary[condition] === 0 || undefined}
            aria-pressed={on}
            title={`${word}: ${on ? t('fleet.filterOff') : t('fleet.filter')}`}
            onClick={() => onChoose(on ? undefined : condition)}
          >
            <ConditionSign condition={condition} size={big ? 44 : 24} />
            <span className={classes.count}>{count(language, summary[condition])}</span>
            <span className={classes.word}>{big ? t(`conditionShort.${condition}`) : word}</span>
          </UnstyledButton>
        );
      })}
    </div>
  );
}
