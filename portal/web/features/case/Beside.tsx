import { Link } from 'react-router';
import type { CaseAnswer, RelatedCase, SimilarCase } from '#shared/model/api/case.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import classes from './case.module.css';

const HOW = {
  follows: 'follows',
  'followed-by': 'followedBy',
  'split-from': 'splitFrom',
  'split-into': 'splitInto',
  'merged-from': 'mergedFrom',
} as const satisfies Readonly<Record<RelatedCase['how'], string>>;

/** Cases that this one goes on from, or goes on in. */
export function Related({ item }: { readonly item: CaseAnswer }) {
  const { t } = useTexts();
  const { mergedInto, related } = item;
  if (mergedInto === null && related.length === 0) return null;
  return (
    <nav aria-label={t('case.related')} className={classes.outcome}>
      {mergedInto !== null && (
        <Link to={`/cases/${mergedInto.id}`}>{t('case.relatedHow.mergedInto', { number: mergedInto.number })}</Link>
      )}
      {related.map(({ id, number, status, how }) => (
        <span key={`${how} ${id}`}>
          <Link to={`/cases/${id}`}>{t(`case.relatedHow.${HOW[how]}`, { number })}</Link>{' '}
          <span className={classes.muted}>{t(`status.${status}`)}</span>
        </span>
      ))}
    </nav>
  );
}

/** How the same went elsewhere, and what helped. */
export function Similar({ cases }: { readonly cases: readonly SimilarCase[] }) {
  const { t, language } = useTexts();
  return (
    <section className={classes.panel}>
      <header className={classes.panelHead}>
        <h2>{t('case.similar')}</h2>
      </header>
      <ul className={classes.checklist}>
        {cases.map((each) => (
          <li key={each.id}>
            <span>
              <Link to={`/cases/${each.id}`}>#{each.number}</Link> {textOr(each.machineName, language, each.machine)},{' '}
              <At at={each.endedAt} form="dateTime" />
            </span>
            <span className={classes.muted}>
              {[
                each.verdict === 'false-alarm' ? t('case.verdictFalse') : undefined,
                each.cause ?? undefined,
                each.remedy ?? undefined,
              ]
                .filter((words) => words !== undefined)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
