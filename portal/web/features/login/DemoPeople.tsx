import { UnstyledButton } from '@mantine/core';
import type { HouseAnswer } from '#shared/model/api/session.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { textOr } from '#portal/web/ui/names.ts';
import classes from './login.module.css';

interface DemoPeopleProps {
  readonly people: HouseAnswer['people'];
  readonly chosen: string;
  readonly onChoose: (login: string) => void;
}

export function DemoPeople({ people, chosen, onChoose }: DemoPeopleProps) {
  const { t, language } = useTexts();
  return (
    <section className={classes.demo} aria-label={t('login.demo')}>
      <h2>{t('login.demo')}</h2>
      <p className={classes.hint}>{t('login.demoHint')}</p>
      <ul className={classes.people}>
        {people.map(({ login, name, role, firm }) => (
          <li key={login}>
            <UnstyledButton className={classes.person} aria-pressed={login === chosen} onClick={() => onChoose(login)}>
              <span className={classes.name}>{name}</span>
              <span className={classes.role}>
                {t(`role.${role}`)}
                {firm !== null && `, ${textOr(firm, language, '')}`}
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
