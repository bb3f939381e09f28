import type { de } from '#portal/web/i18n/de.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';

type Known = keyof typeof de.quality.reasons;

/** The word for why something could not be used; a reason of a newer server is told as it is. */
export function useReason(): (reason: string) => string {
  const { t, i18n } = useTexts();
  return (reason) => (i18n.exists(`quality.reasons.${reason}`) ? t(`quality.reasons.${reason as Known}`) : reason);
}
