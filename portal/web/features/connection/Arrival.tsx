import type { ConnectionAnswer } from '#shared/model/api/connection.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { span } from '#portal/web/ui/format/time.ts';
import { useNow } from '#portal/web/ui/format/useNow.ts';
import { ThreeTimes } from '#portal/web/ui/quality/ThreeTimes.tsx';
import { clockOf, stepOf } from './reading.ts';
import classes from './connection.module.css';

/** Does something arrive? The answer in one sentence with the next step, the three times, and the machine's clock. */
export function Arrival({ answer }: { readonly answer: ConnectionAnswer }) {
  const { t, language } = useTexts();
  const step = stepOf(answer, useNow());
  const clock = clockOf(answer.clock);
  return (
    <>
      <p className={classes.step} data-well={step.name === 'well' || undefined}>
        {t(`connection.steps.${step.name}`, { span: span(language, step.ms) })}
      </p>
      <ThreeTimes {...answer} />
      <p className={classes.clock}>
        <span>{t('connection.clock')}</span>
        {t(`connection.clocks.${clock.name}`, { span: span(language, clock.ms) })}
      </p>
    </>
  );
}
