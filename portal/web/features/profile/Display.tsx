import { Switch } from '@mantine/core';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { LanguageChoice, SchemeChoice } from '#portal/web/ui/Choices.tsx';
import { useKeyboard } from '#portal/web/ui/keys/useShortcuts.tsx';
import classes from './profile.module.css';

/** How this browser shows the portal. */
export function Display() {
  const { t } = useTexts();
  const { on, turn } = useKeyboard();
  return (
    <section className={classes.panel}>
      <h2>{t('profile.display')}</h2>
      <div className={classes.choice}>
        <span id="profile-language">{t('profile.language')}</span>
        <LanguageChoice labelledBy="profile-language" />
      </div>
      <div className={classes.choice}>
        <span id="profile-scheme">{t('profile.scheme')}</span>
        <SchemeChoice labelledBy="profile-scheme" />
      </div>
      <Switch
        label={t('profile.shortcuts')}
        description={t('profile.shortcutsHint')}
        checked={on}
        onChange={(event) => turn(event.currentTarget.checked)}
      />
    </section>
  );
}
