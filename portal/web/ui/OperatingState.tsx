import { stateWord } from '#shared/model/state.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import classes from './page.module.css';

/** What the machine says it is doing: grey text, never a colour. */
export function OperatingState({ state }: { readonly state: string | null }) {
  const { language } = useTexts();
  if (state === null) return null;
  return <span className={classes.operating}>{stateWord(state, language)}</span>;
}
