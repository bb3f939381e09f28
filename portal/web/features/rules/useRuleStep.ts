import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RuleAnswer } from '#shared/model/api/rule.ts';
import type { Mode } from '#shared/model/rule.ts';
import { request } from '#portal/web/api/client.ts';
import { rule as ruleQuery } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { textOr } from '#portal/web/ui/names.ts';
import { useToast } from '#portal/web/ui/useToast.ts';

/** What is done with a rule as a whole, each with its reason. */
export type RuleStep =
  | { readonly step: 'mode'; readonly mode: Mode }
  | { readonly step: 'rollback'; readonly version: number }
  | { readonly step: 'remove' };

type Stepped = Pick<RuleAnswer, 'id' | 'title'> & { readonly version: number };
export type TakenStep = RuleStep & { readonly rule: Stepped; readonly reason: string };

/** Takes the step against the version that was seen. What came back stands on the page at once. */
export function useRuleStep() {
  const { t, language } = useTexts();
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ask,
    onSuccess(now, { rule, step }) {
      if (now) client.setQueryData(ruleQuery(now.id).queryKey, now);
      const title = textOr(rule.title, language, rule.id);
      toast.done(t(step === 'remove' ? 'rules.step.removed' : 'rules.step.done', { title }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['rules'] }),
  });
}

async function ask({ rule, reason, ...step }: TakenStep): Promise<RuleAnswer | undefined> {
  const path = `/rules/${rule.id}`;
  const ifMatch = rule.version;
  switch (step.step) {
    case 'mode':
      return request('POST', `${path}/mode`, { body: { mode: step.mode, reason }, ifMatch });
    case 'rollback':
      return request('POST', `${path}/rollback`, { body: { version: step.version, reason }, ifMatch });
    case 'remove':
      return request('DELETE', path, { query: { reason }, ifMatch });
  }
}
