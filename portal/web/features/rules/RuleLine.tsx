import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ModeChip } from '#portal/web/ui/badges/Chip.tsx';
import { SeverityBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { count } from '#portal/web/ui/format/number.ts';
import { RowLink } from '#portal/web/ui/RowLink.tsx';
import type { RuleRow } from './list-view.ts';
import classes from './rules.module.css';

/** One rule in the list. */
export function RuleLine({ row: { rule, title, sentence } }: { readonly row: RuleRow }) {
  const { t, language } = useTexts();
  return (
    <>
      <div className={classes.severity}>
        <SeverityBadge severity={rule.severity} form="short" />
      </div>
      <div className={classes.body}>
        <div className={classes.head}>
          <RowLink to={`/rules/${rule.id}`} className={classes.link}>
            {title}
          </RowLink>
          <ModeChip mode={rule.mode ?? 'live'} />
          <span className={classes.muted}>{t('case.version', { version: rule.version })}</span>
        </div>
        <p className={classes.words}>{sentence}</p>
        {rule.dormant !== null && <p className={classes.dormant}>{t('rules.dormant', { why: rule.dormant })}</p>}
      </div>
      <dl className={classes.numbers}>
        <div>
          <dt>{t('rules.machines')}</dt>
          <dd>{count(language, rule.machines)}</dd>
        </div>
        <div data-standing={rule.standing > 0 || undefined}>
          <dt>{t('rules.standing')}</dt>
          <dd>{count(language, rule.standing)}</dd>
        </div>
        <div title={t('rules.hits')}>
          <dt>{t('rules.hitsShort')}</dt>
          <dd>{count(language, rule.hits)}</dd>
        </div>
        <div title={t('rules.precisionHint')}>
          <dt>{t('rules.precision')}</dt>
          <dd>{rule.precision === null ? '–' : `${count(language, rule.precision)}\u00a0%`}</dd>
        </div>
      </dl>
    </>
  );
}
