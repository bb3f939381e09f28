import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { MaintenanceAnswer, MaintenanceBody } from '#shared/model/api/maintenance.ts';
import { request } from '#portal/web/api/client.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useToast } from '#portal/web/ui/useToast.ts';

type WindowStep =
  | { readonly step: 'plan'; readonly body: MaintenanceBody }
  | { readonly step: 'end'; readonly id: string };

/** Plans a maintenance window or ends one; what it is about is read anew, also where it was refused. */
export function useWindowStep() {
  const { t } = useTexts();
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (taken: WindowStep) =>
      taken.step === 'plan'
        ? request<MaintenanceAnswer>('POST', '/maintenance', { body: taken.body })
        : request<MaintenanceAnswer>('POST', `/maintenance/${taken.id}/end`),
    onSuccess({ title }, { step }) {
      toast.done(t(step === 'plan' ? 'service.maintenance.planned' : 'service.maintenance.ended', { title }));
    },
    // A window of a site or a customer is about other machines too.
    onSettled() {
      for (const queryKey of [['machine'], ['machines'], ['alarms']]) void client.invalidateQueries({ queryKey });
    },
  });
}
