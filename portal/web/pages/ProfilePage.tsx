import { Display } from '#portal/web/features/profile/Display.tsx';
import { Person } from '#portal/web/features/profile/Person.tsx';
import { Tokens } from '#portal/web/features/profile/Tokens.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import classes from './profile.module.css';

export function ProfilePage() {
  const { t } = useTexts();
  return (
    <>
      <PageHead title={t('profile.title')} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Person />
          <Display />
        </div>
        <Tokens />
      </div>
    </>
  );
}
