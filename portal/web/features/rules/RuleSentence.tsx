import type { Rule } from '#shared/model/rule.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useNames } from '#portal/web/ui/why/names.ts';
import { ruleWords } from '#portal/web/ui/why/words.ts';

/** The rule in words, with the names of a machine it watches. */
export function RuleSentence({ rule, example }: { readonly rule: Rule; readonly example: string | null }) {
  const { language } = useTexts();
  const { names } = useNames(example ?? undefined, language);
  return ruleWords(rule, language, names);
}
