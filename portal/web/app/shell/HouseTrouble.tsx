import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { TROUBLE_WORDS } from '#shared/model/house-words.ts';
import { textIn } from '#shared/model/text.ts';
import { houseTrouble } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { useMay } from '../session.tsx';
import classes from './trouble.module.css';

/** Over every page of who works here: what of the house stands still, since when, and what still works. Nothing while all is well. */
export function HouseTrouble() {
  const { t, language } = useTexts();
  const may = useMay();
  const { data } = useQuery({ ...houseTrouble, enabled: may('house.trouble') });
  const items = data?.items ?? [];
  return (
    <div role="status">
      {items.length > 0 && (
        <section className={classes.banner} aria-label={t('operation.banner')}>
          <svg className={classes.sign} width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M6.700 2h6.600L18 6.700v6.600L13.300 18H6.700L2 13.300V6.700z" />
          </svg>
          <ul className={classes.items}>
            {items.map(({ id, what, since }) => {
              const { title, effect, works } = TROUBLE_WORDS[what];
              return (
                <li key={id}>
                  <strong>{textIn(title, language)}</strong> ({t('machine.since')} <At at={since} />
                  ). {textIn(effect, language)} {t('operation.works', { what: textIn(works, language) })}
                </li>
              );
            })}
          </ul>
          {may('house.see') && <Link to="/operation">{t('operation.toPage')}</Link>}
        </section>
      )}
    </div>
  );
}
