import type { VerdictAnswer } from '#shared/model/api/connection.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useReason } from '#portal/web/ui/quality/useReason.ts';
import classes from './connection.module.css';

const COUNTED = ['readings', 'events', 'states', 'connections'] as const;

/** The verdict in a word, and what was taken. */
export function VerdictLine({ answer: { verdict, taken } }: { readonly answer: VerdictAnswer }) {
  const { t } = useTexts();
  const parts = COUNTED.filter((what) => taken[what] > 0).map((what) =>
    t(`connection.${what}`, { count: taken[what] }),
  );
  return (
    <span>
      <strong>{t(`connection.verdicts.${verdict}`)}</strong>
      {parts.length > 0 && ` · ${parts.join(', ')}`}
    </span>
  );
}

/** Why something was set aside, where, and the mend. */
export function Findings({ answer: { findings, setAside } }: { readonly answer: VerdictAnswer }) {
  const { t } = useTexts();
  const reason = useReason();
  const more = setAside - findings.length;
  if (findings.length === 0) return null;
  return (
    <ul className={classes.findings}>
      {findings.map((finding, i) => (
        <li key={`${i} ${finding.reason}`}>
          <strong>{finding.reason === 'other-machine' ? t('connection.otherMachine') : reason(finding.reason)}</strong>
          {(finding.path ?? finding.sensor) !== null && (
            <>
              {' '}
              <code>{finding.path ?? finding.sensor}</code>
            </>
          )}
          : {finding.detail}
        </li>
      ))}
      {more > 0 && <li>{t('connection.moreFindings', { count: more })}</li>}
    </ul>
  );
}
