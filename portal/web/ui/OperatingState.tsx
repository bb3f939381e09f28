import { useTexts } from '#portal/web/i18n/i18n.ts';
import type { de } from '#portal/web/i18n/de.ts';
import classes from './page.module.css';

type Known = keyof typeof de.state;

/** What the machine says it is doing: grey text, never a colour. A state we have no word for is shown as it came. */
export function OperatingState({ state }: { readonly state: string | null }) {
  const { t, i18n } = useTexts();
  if (state === null) return null;
  const word = i18n.exists(`state.${state}`) ? t(`state.${state as Known}`) : state;
  return <span className={classes.operating}>{word}</span>;
}
