import { UnstyledButton } from '@mantine/core';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import { letterOf } from '#shared/model/condition.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ConditionSign } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import classes from './case.module.css';

interface AlarmListProps {
  readonly alarms: readonly AlarmAnswer[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** All alarms that went into this case; choosing one explains it above. */
export function AlarmList({ alarms, chosen, onChoose }: AlarmListProps) {
  const { t, language } = useTexts();
  return (
    <section className={classes.panel}>
      <header className={classes.panelHead}>
        <h2>{t('case.alarms')}</h2>
      </header>
      <ul className={classes.alarms}>
        {alarms.map((alarm) => (
          <li key={alarm.id}>
            <UnstyledButton
              className={classes.alarm}
              aria-pressed={alarm.id === chosen}
              onClick={() => onChoose(alarm.id)}
            >
              <ConditionSign condition={letterOf(alarm.severity)} size={17} />
              <span className={classes.alarmTitle}>{textOr(alarm.ruleTitle, language, alarm.rule)}</span>
              <span className={classes.muted}>
                <At at={alarm.raisedAt} form="dateTime" />
                {alarm.clearedAt === null ? (
                  `, ${t('inbox.standing')}`
                ) : (
                  <>
                    {' – '}
                    <At at={alarm.clearedAt} form="dateTime" />
                  </>
                )}
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
