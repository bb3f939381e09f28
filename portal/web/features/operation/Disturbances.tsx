import type { HouseAlarmAnswer, HouseChainAnswer } from '#shared/model/api/house.ts';
import { TROUBLE_WORDS } from '#shared/model/house-words.ts';
import { textIn } from '#shared/model/text.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { type Asked, Panel } from '#portal/web/ui/panel/Panel.tsx';
import { StateSign } from './StateSign.tsx';
import classes from './operation.module.css';

/** What stands still, and what stood still lately: what it meant and what to do. */
export function Disturbances({ asked }: { readonly asked: Asked<HouseChainAnswer> }) {
  const { t } = useTexts();
  return (
    <Panel
      title={t('operation.alarms')}
      asked={asked}
      lines={3}
      empty={{
        when: ({ alarms }) => alarms.length === 0,
        title: t('operation.noAlarms'),
        hint: t('operation.noAlarmsHint'),
      }}
    >
      {({ alarms }) => (
        <ul className={classes.alarms}>
          {alarms.map((alarm) => (
            <Disturbance key={alarm.id} alarm={alarm} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Disturbance({ alarm: { what, since, clearedAt } }: { readonly alarm: HouseAlarmAnswer }) {
  const { t, language } = useTexts();
  const { title, effect, mend } = TROUBLE_WORDS[what];
  return (
    <li className={classes.alarm}>
      <p className={classes.alarmHead}>
        <StateSign state={clearedAt === null ? 'still' : 'well'} />
        <strong>{textIn(title, language)}</strong>
        <span className={classes.muted}>
          {clearedAt === null ? t('operation.standing') : t('operation.over')}: <At at={since} />
          {clearedAt !== null && (
            <>
              {' – '}
              <At at={clearedAt} />
            </>
          )}
        </span>
      </p>
      {clearedAt === null && (
        <p className={classes.muted}>
          {textIn(effect, language)} {textIn(mend, language)}
        </p>
      )}
    </li>
  );
}
