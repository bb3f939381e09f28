import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ShelveBody } from '#shared/model/api/alarm.ts';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import { request } from '#portal/web/api/client.ts';
import { ApiProblem, isProblemWith } from '#portal/web/api/problem.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { problemText } from '#portal/web/ui/problem.ts';
import { useToast } from '#portal/web/ui/useToast.ts';

/** What is done with a single alarm. */
type AlarmStep = { readonly step: 'acknowledge' | 'unshelve' } | { readonly step: 'shelve'; readonly body: ShelveBody };

type TakenStep = AlarmStep & { readonly alarm: Pick<AlarmAnswer, 'id' | 'machine'> };

/**
 * Takes a step with an alarm; everything that shows it is read anew, also where it was refused. `quiet`: whoever asked shows
 * himself why it was refused.
 */
export function useAlarmStep({ quiet = false }: { readonly quiet?: boolean } = {}) {
  const { t } = useTexts();
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (taken: TakenStep) =>
      request<AlarmAnswer>(
        'POST',
        `/alarms/${taken.alarm.id}/${taken.step}`,
        taken.step === 'shelve' ? { body: taken.body } : {},
      ),
    onSuccess(_, { step }) {
      toast.done(t(`service.alarms.done.${step}`));
    },
    onError(error, { step }) {
      if (quiet) return;
      const id = error instanceof ApiProblem ? error.correlationId : undefined;
      const why = isProblemWith(error, 409) ? t('service.alarms.changed') : problemText(t, error);
      toast.failed(
        t('service.alarms.failed', { step: t(`service.alarms.${step}`) }),
        id === undefined ? why : `${why} ${t('panel.correlation', { id })}`,
      );
    },
    onSettled(_, __, { alarm }) {
      for (const queryKey of [['alarms'], ['machine', alarm.machine], ['machines'], ['cases'], ['case']])
        void client.invalidateQueries({ queryKey });
    },
  });
}
