import { useQuery } from '@tanstack/react-query';
import type { Rule } from '#shared/model/rule.ts';
import { request } from '#portal/web/api/client.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useNames } from '#portal/web/ui/why/names.ts';
import { ruleWords } from '#portal/web/ui/why/words.ts';

/** The rule in words, with the names of a machine it watches. */
export function RuleSentence({ rule }: { readonly rule: Rule }) {
  const { language } = useTexts();
  const { names } = useNames(useExample(rule), language);
  return ruleWords(rule, language, names);
}

/** One machine the rule applies to, for its names: named by the rule, or any of the model; without either none. */
function useExample(rule: Rule): string | undefined {
  const { applies } = rule;
  const model = applies && 'model' in applies ? applies.model : undefined;
  const { data } = useQuery({
    queryKey: ['example', model],
    queryFn: ({ signal }) =>
      request<{ readonly items: readonly { readonly id: string }[] }>('GET', '/machines', {
        query: { model, limit: 1, sort: 'name' },
        signal,
      }),
    enabled: model !== undefined,
    staleTime: 600_000,
  });
  if (applies && 'machines' in applies) return applies.machines[0];
  return data?.items[0]?.id;
}
