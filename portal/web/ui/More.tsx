import { Button, type ButtonProps } from '@mantine/core';
import { useTexts } from '#portal/web/i18n/i18n.ts';

interface MoreProps extends ButtonProps {
  /** Every infinite query of TanStack Query fits. */
  readonly asked: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
}

/** Loads the next page of a list; nothing where there is none. */
export function More({ asked, ...look }: MoreProps) {
  const { t } = useTexts();
  if (!asked.hasNextPage) return null;
  return (
    <Button
      size="xs"
      variant="default"
      {...look}
      loading={asked.isFetchingNextPage}
      onClick={() => void asked.fetchNextPage()}
    >
      {t('common.more')}
    </Button>
  );
}
