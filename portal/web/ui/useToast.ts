import { notifications } from '@mantine/notifications';
import { useTexts } from '#portal/web/i18n/i18n.ts';

/** Tells in a corner of the page what was done, or why it was not; for what stands nowhere else. */
export function useToast() {
  const { t } = useTexts();
  const look = { withBorder: true, closeButtonProps: { 'aria-label': t('common.close') } };
  return {
    done: (message: string): void => void notifications.show({ message, autoClose: 4_000, ...look }),
    failed: (title: string, message: string): void =>
      void notifications.show({ color: 'severe', title, message, autoClose: 12_000, ...look }),
  };
}
