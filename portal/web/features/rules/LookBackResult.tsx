import { Link } from 'react-router';
import type { BacktestAnswer } from '#shared/model/api/rule.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { count, value } from '#portal/web/ui/format/number.ts';
import classes from './look.module.css';

const HOUR_MS = 3_600_000;
const LOUD_AN_HOUR = 1;
const THIN = 0.5;
/** As many cases as can be read at a glance. */
const NAMED = 8;

interface ResultProps {
  readonly result: BacktestAnswer;
  readonly outdated: boolean;
}

/** What the rule would have done, in a sentence; whether that is too much; and how it agrees with real cases. */
export function LookBackResult({ result, outdated }: ResultProps) {
  const { t, language } = useTexts();
  const hours = (Date.parse(result.to) - Date.parse(result.from)) / HOUR_MS;
  const span = t('rules.look.within', { count: Math.round(hours / 24) });
  const share = `${count(language, Math.floor(100 * result.coverage.share))}\u00a0%`;
  return (
    <div className={classes.result} data-outdated={outdated || undefined}>
      {outdated && <p className={classes.muted}>{t('rules.look.outdated')}</p>}
      <p className={classes.sentence} role="status">
        {t('rules.look.result', {
          span,
          alarms: t('rules.look.alarms', { count: result.total }),
          cases: t('rules.look.cases', { count: result.cases }),
        })}
        {result.standingAtStart > 0 && ` ${t('rules.look.standing', { count: result.standingAtStart })}`}
      </p>
      {result.alarmsAnHour > LOUD_AN_HOUR && (
        <Warning text={t('rules.look.loud', { rate: value(language, result.alarmsAnHour) })} />
      )}
      {result.coverage.share < THIN && <Warning text={t('rules.look.thin', { share })} />}
      {result.coverage.unknown.map((what) => (
        <Warning key={what} text={t(`rules.look.${what}`)} />
      ))}
      <h3>{t('rules.look.agreement')}</h3>
      <dl className={classes.agreement}>
        <Agreed what="found" found={result.agreement.found} />
        <Agreed what="missed" found={result.agreement.missed} />
        <Agreed what="repeated" found={result.agreement.repeated} />
        <div>
          <dt>{t('rules.look.new')}</dt>
          <dd>
            <strong>{count(language, result.agreement.new)}</strong>
            <span className={classes.muted}>{t('rules.look.newHint')}</span>
          </dd>
        </div>
      </dl>
      <p className={classes.muted}>
        <span title={t('rules.look.coverageHint')}>{t('rules.look.coverage', { share })}</span> ·{' '}
        {t('rules.look.readings', { readings: count(language, result.readings) })}
      </p>
    </div>
  );
}

function Warning({ text }: { readonly text: string }) {
  return (
    <p className={classes.warning}>
      <svg width="15" height="15" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 1.5 15 14H1z" fill="var(--lw-s)" stroke="var(--lw-s-line)" strokeLinejoin="round" />
        <path d="M8 6v4M8 11.8v.4" stroke="var(--lw-s-letter)" strokeWidth="1.6" strokeLinecap="round" />
      </svg>
      {text}
    </p>
  );
}

interface AgreedProps {
  readonly what: 'found' | 'missed' | 'repeated';
  readonly found: BacktestAnswer['agreement']['found'];
}

function Agreed({ what, found }: AgreedProps) {
  const { t, language } = useTexts();
  return (
    <div>
      <dt>{t(`rules.look.${what}`)}</dt>
      <dd>
        <strong>{count(language, found.count)}</strong>
        <span className={classes.muted}>{t(`rules.look.${what}Hint`)}</span>
        <span className={classes.cases}>
          {found.items.slice(0, NAMED).map((item) => (
            <Link key={item.id} to={`/cases/${item.id}`}>
              #{item.number}
            </Link>
          ))}
          {found.count > NAMED && '…'}
        </span>
      </dd>
    </div>
  );
}
