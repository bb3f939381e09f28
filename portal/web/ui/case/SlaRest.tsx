import type { ClockAnswer } from '#shared/model/api/service.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { useNow } from '#portal/web/ui/format/useNow.ts';
import { pressing } from './pressing.ts';
import classes from './case.module.css';

/** What was promised next and until when: "Antwort bis 14:05 MEZ", or since when it is overdue. */
export function SlaRest({ clocks }: { readonly clocks: readonly ClockAnswer[] }) {
  const { t } = useTexts();
  const now = useNow();
  const next = pressing(clocks);
  if (!next) return null;
  const late = Date.parse(next.dueAt) < now;
  return (
    <span className={classes.due} data-late={late || next.state === 'warning' || undefined}>
      {t(`sla.${next.clock}`)} {late ? t('inbox.overdueShort') : t('inbox.dueShort')} <At at={next.dueAt} />
    </span>
  );
}
