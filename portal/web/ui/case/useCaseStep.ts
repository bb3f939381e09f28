import { type InfiniteData, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CaseAnswer, CaseListItem, CaseStepBodies } from '#shared/model/api/case.ts';
import { request } from '#portal/web/api/client.ts';
import { ApiProblem } from '#portal/web/api/problem.ts';
import { type Page, serviceCase } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { problemText } from '#portal/web/ui/problem.ts';
import { useToast } from '#portal/web/ui/useToast.ts';

export type Step = keyof CaseStepBodies;

/** A step with what it says; what has a default may be left out. */
export type Draft = { readonly [S in Step]: { readonly step: S; readonly body: Partial<CaseStepBodies[S]> } }[Step];

export type Taken = Draft & { readonly case: Pick<CaseListItem, 'id' | 'number' | 'revision'> };

const DONE = {
  acknowledge: 'acknowledged',
  assign: 'assigned',
  comment: 'commented',
  shelve: 'shelvedDone',
  wait: 'waitingDone',
  resolve: 'resolved',
  close: 'closedDone',
  reopen: 'reopened',
  merge: 'mergedDone',
  split: 'splitDone',
  checklist: 'checked',
} as const;

/**
 * Takes a step with a case. What came back stands on the page at once; a conflict brings the state the case has now.
 * `quiet`: whoever asked shows himself why it was refused.
 */
export function useCaseStep({ quiet = false }: { readonly quiet?: boolean } = {}) {
  const { t } = useTexts();
  const client = useQueryClient();
  const toast = useToast();

  const show = (now: CaseAnswer): void => {
    client.setQueryData(serviceCase(now.id).queryKey, now);
    client.setQueriesData<InfiniteData<Page<CaseListItem>>>(
      { queryKey: ['cases'] },
      (known) => known && withCase(known, now),
    );
  };

  return useMutation({
    mutationFn: (taken: Taken) =>
      request<CaseAnswer>('POST', `/cases/${taken.case.id}/${taken.step}`, {
        body: taken.body,
        ifMatch: taken.case.revision,
      }),
    onSuccess(now, taken) {
      show(now);
      void client.invalidateQueries({ queryKey: ['cases'] });
      void client.invalidateQueries({ queryKey: ['machines'] });
      toast.done(t(`case.done.${DONE[taken.step]}`, { number: taken.case.number }));
    },
    onError(error, taken) {
      const current = currentOf(error);
      if (current) show(current);
      if (quiet) return;
      const hint = current
        ? t('case.conflictHint', {
            status: t(`status.${current.status}`),
            owner: current.owner?.name ?? t('common.nobody'),
          })
        : problemText(t, error);
      const id =
        error instanceof ApiProblem && error.correlationId !== undefined && !current
          ? t('panel.correlation', { id: error.correlationId })
          : '';
      const title = current
        ? `#${taken.case.number}: ${t('case.conflict')}`
        : t('case.failed', { step: t(`case.${taken.step}`) });
      toast.failed(title, [hint, id].filter(Boolean).join(' '));
    },
  });
}

/** The state the case has now, where that is why a step was refused. */
export function currentOf(error: unknown): CaseAnswer | undefined {
  if (!(error instanceof ApiProblem) || error.status !== 409) return undefined;
  return (error.body as { readonly current?: CaseAnswer } | undefined)?.current;
}

function withCase(known: InfiniteData<Page<CaseListItem>>, now: CaseListItem): InfiniteData<Page<CaseListItem>> {
  return {
    ...known,
    pages: known.pages.map((page) => ({ ...page, items: page.items.map((item) => (item.id === now.id ? now : item)) })),
  };
}
