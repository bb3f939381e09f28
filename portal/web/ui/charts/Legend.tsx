import { useTexts } from '#portal/web/i18n/i18n.ts';
import classes from './legend.module.css';

/** What the signs of a course mean; customers see no band. */
export function Legend({ band }: { readonly band: boolean }) {
  const { t } = useTexts();
  return (
    <ul className={classes.legend}>
      <li data-sign="mean">{t('chart.legendMean')}</li>
      <li data-sign="envelope">{t('chart.legendEnvelope')}</li>
      {band && (
        <>
          <li data-sign="band">{t('chart.legendBand')}</li>
          <li data-sign="nominal">{t('chart.legendReference')}</li>
          <li data-sign="outside">{t('chart.legendOutside')}</li>
        </>
      )}
      <li className={classes.hint}>{t('chart.zoomHint')}</li>
    </ul>
  );
}
