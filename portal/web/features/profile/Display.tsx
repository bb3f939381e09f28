import { SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import { speak, useTexts } from '#portal/web/i18n/i18n.ts';
import { languageOf } from '#portal/web/i18n/language.ts';
import { useKeyboard } from '#portal/web/ui/keys/useShortcuts.tsx';
import classes from './profile.module.css';

const SCHEMES = ['light', 'dark', 'auto'] as const;

/** How this browser shows the portal. */
export function Display() {
  const { t, language } = useTexts();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { on, turn } = useKeyboard();
  return (
    <section className={classes.panel}>
      <h2>{t('profile.display')}</h2>
      <div className={classes.choice}>
        <span id="profile-language">{t('profile.language')}</span>
        <SegmentedControl
          aria-labelledby="profile-language"
          value={language}
          onChange={(value) => void speak(languageOf(value), true)}
          data={[
            { value: 'de', label: 'Deutsch' },
            { value: 'en', label: 'English' },
          ]}
        />
      </div>
      <div className={classes.choice}>
        <span id="profile-scheme">{t('profile.scheme')}</span>
        <SegmentedControl
          aria-labelledby="profile-scheme"
          value={colorScheme}
          onChange={(value) => setColorScheme(SCHEMES.find((each) => each === value) ?? 'auto')}
          data={SCHEMES.map((value) => ({ value, label: t(`account.${value}`) }))}
        />
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
