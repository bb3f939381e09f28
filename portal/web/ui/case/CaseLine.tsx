import { VisuallyHidden } from '@mantine/core';
import type { CaseListItem } from '#shared/model/api/case.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { StatusChip, TierChip } from '#portal/web/ui/badges/Chip.tsx';
import { ConditionSign } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { letterOf } from '#shared/model/condition.ts';
import { Ago, At } from '#portal/web/ui/format/Zone.tsx';
import { useNow } from '#portal/web/ui/format/useNow.ts';
import { textOr } from '#portal/web/ui/names.ts';
import { caseTitle } from './title.ts';
import { RowLink } from '#portal/web/ui/RowLink.tsx';
import { SlaRest } from './SlaRest.tsx';
import classes from './case.module.css';

interface CaseLineProps {
  readonly item: CaseListItem;
  readonly to: string;
  /** It is the one that is open beside the list. */
  readonly current?: boolean;
  /** It no longer belongs to the list; it stays until the list is renewed. */
  readonly gone?: boolean;
  /** Where the machine stands above the list. */
  readonly hideMachine?: boolean;
  /** Without the numbers that customers are not shown. */
  readonly forCustomer?: boolean;
}

/** A case in a list: what, where, since when, who, next step. */
export function CaseLine({
  item,
  to,
  current = false,
  gone = false,
  hideMachine = false,
  forCustomer = false,
}: CaseLineProps) {
  const { t, language } = useTexts();
  const fresh = item.status === 'new';
  return (
    <div className={classes.line} data-current={current || undefined} data-gone={gone || undefined}>
      <span className={classes.sign} title={t(`severity.${item.severity}`)}>
        <ConditionSign condition={letterOf(item.severity)} size={22} blink={fresh && item.standing > 0} />
        <VisuallyHidden>{t(`severity.${item.severity}`)}</VisuallyHidden>
      </span>
      <div className={classes.body}>
        <div className={classes.top}>
          <RowLink
            to={to}
            className={classes.link}
            aria-current={current ? 'true' : undefined}
            data-fresh={fresh || undefined}
          >
            {caseTitle(t, language, item, forCustomer)}
          </RowLink>
          <span className={classes.age}>
            <Ago at={item.lastAt} />
          </span>
        </div>
        <div className={classes.facts}>
          <span>#{item.number}</span>
          {!hideMachine && (
            <span>
              <strong>{textOr(item.machineName, language, item.machine)}</strong>
              {item.component !== null && `, ${textOr(item.componentName, language, item.component)}`}
            </span>
          )}
          {hideMachine && item.component !== null && (
            <span>{textOr(item.componentName, language, item.component)}</span>
          )}
          <span className={classes.customer}>
            {!hideMachine && textOr(item.customerName, language, item.customer)} <TierChip tier={item.tier} />
          </span>
        </div>
        <div className={classes.facts}>
          <StatusChip status={item.status} />
          {item.standing > 0 && <span className={classes.standing}>{t('inbox.standing')}</span>}
          {item.occurrences > 1 && <span>{t('inbox.occurrences', { count: item.occurrences })}</span>}
          <span>{item.owner?.name ?? t('inbox.noOwner')}</span>
          <SlaRest clocks={item.clocks} />
          {item.nextStep !== null && <span className={classes.next}>{item.nextStep}</span>}
          {item.dueAt !== null && <Due at={item.dueAt} />}
          {gone && <em>{t('inbox.left')}</em>}
        </div>
      </div>
    </div>
  );
}

function Due({ at }: { readonly at: string }) {
  const { t } = useTexts();
  const late = Date.parse(at) < useNow();
  return (
    <span data-late={late || undefined} className={classes.due}>
      {late ? t('inbox.overdueShort') : t('inbox.dueShort')} <At at={at} />
    </span>
  );
}
