import { type MantineSize, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { speak, useTexts } from '#portal/web/i18n/i18n.ts';
import { languageOf } from '#portal/web/i18n/language.ts';

interface ChoiceProps {
  /** Id of what names it; without one it names itself. */
  readonly labelledBy?: string;
  readonly size?: MantineSize;
}

/** The language this browser speaks from now on. */
export function LanguageChoice({ labelledBy, size = 'sm' }: ChoiceProps) {
  const { t, language } = useTexts();
  return (
    <SegmentedControl
      {...nameOf(labelledBy, t('account.language'))}
      fullWidth
      size={size}
      value={language}
      onChange={(value) => void speak(languageOf(value), true)}
      data={[
        { value: 'de', label: 'Deutsch' },
        { value: 'en', label: 'English' },
      ]}
    />
  );
}

const SCHEMES = ['light', 'dark', 'auto'] as const;

/** The colours this browser shows from now on. */
export function SchemeChoice({ labelledBy, size = 'sm' }: ChoiceProps) {
  const { t } = useTexts();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      {...nameOf(labelledBy, t('account.scheme'))}
      fullWidth
      size={size}
      value={colorScheme}
      onChange={(value) => setColorScheme(SCHEMES.find((each) => each === value) ?? 'auto')}
      data={SCHEMES.map((value) => ({ value, label: t(`account.${value}`) }))}
    />
  );
}

function nameOf(
  labelledBy: string | undefined,
  label: string,
): { 'aria-labelledby': string } | { 'aria-label': string } {
  return labelledBy === undefined ? { 'aria-label': label } : { 'aria-labelledby': labelledBy };
}
