import type { AlarmAnswer } from '#shared/model/api/case.ts';
import { durationMs } from '#shared/model/duration.ts';
import { span } from '#shared/model/figures.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { exact } from '#portal/web/ui/format/number.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import classes from './alarms.module.css';

/** Why an alarm calls nobody: by what, since when, by whom, and what ends it. */
export function Suppressed({ alarm: { suppressed, shelving } }: { readonly alarm: AlarmAnswer }) {
  const { t } = useTexts();
  if (!suppressed) return null;
  return (
    <p className={classes.why}>
      <strong>{t(`service.alarms.why.${suppressed.why}`)}</strong>
      {shelving?.by && ` ${t('service.alarms.by', { name: shelving.by.name })}`} {t('service.alarms.since')}{' '}
      <At at={suppressed.since} />
      {shelving && (
        <>
          {', '}
          <Ends shelving={shelving} />. {t('service.alarms.reasonIs', { reason: shelving.reason })}
        </>
      )}
    </p>
  );
}

function Ends({ shelving }: { readonly shelving: NonNullable<AlarmAnswer['shelving']> }) {
  const { t, language } = useTexts();
  const { until, raises, within, growsBy } = shelving;
  const conditions = [
    raises === 1 ? t('service.alarms.untilNext') : undefined,
    raises !== null && raises > 1
      ? within === null
        ? t('service.alarms.untilRaises', { count: raises })
        : t('service.alarms.untilRaisesWithin', { count: raises, within: span(durationMs(within), language) })
      : undefined,
    growsBy === null ? undefined : t('service.alarms.untilGrowth', { points: exact(language, growsBy) }),
  ].filter((each) => each !== undefined);
  return (
    <>
      {conditions.map((each) => `${each}, `)}
      {t(conditions.length > 0 ? 'service.alarms.untilLatest' : 'service.alarms.untilTime')} <At at={until} />
    </>
  );
}
