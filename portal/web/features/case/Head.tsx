import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { CaseAnswer } from '#shared/model/api/case.ts';
import { HOUSE } from '#shared/model/house.ts';
import { useIsStaff } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { SimulationTag, StatusChip, TierChip } from '#portal/web/ui/badges/Chip.tsx';
import { SeverityBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { count } from '#portal/web/ui/format/number.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { pressing } from '#portal/web/ui/case/pressing.ts';
import { SlaRest } from '#portal/web/ui/case/SlaRest.tsx';
import { caseTitle } from '#portal/web/ui/case/title.ts';
import { PageTitle } from '#portal/web/ui/PageTitle.tsx';
import classes from './case.module.css';

/** What, where, since when, who, next step. */
export function Head({ item, beside }: { readonly item: CaseAnswer; readonly beside: boolean }) {
  const { t, language } = useTexts();
  const staff = useIsStaff();
  const title = caseTitle(t, language, item, !staff);
  return (
    <header className={classes.head}>
      <div className={classes.headRow}>
        <SeverityBadge severity={item.severity} size={26} />
        <StatusChip status={item.status} />
        {staff && item.standing > 0 && <span className={classes.standing}>{t('inbox.standing')}</span>}
        {item.simulated && <SimulationTag />}
        <span className={classes.number}>#{item.number}</span>
      </div>
      {beside ? (
        <h2 className={classes.title}>{title}</h2>
      ) : (
        <PageTitle title={title} tab={`#${item.number} ${title}`} />
      )}
      {!staff && <p>{t(`customer.statusSentence.${item.status}`)}</p>}
      <dl className={classes.facts}>
        <Fact name={t('case.machine')}>
          <Link to={item.machine === HOUSE ? '/operation' : `/machines/${item.machine}`}>
            {textOr(item.machineName, language, item.machine)}
          </Link>
        </Fact>
        {item.component !== null && (
          <Fact name={t('case.component')}>{textOr(item.componentName, language, item.component)}</Fact>
        )}
        {staff && (
          <Fact name={t('case.customer')}>
            {textOr(item.customerName, language, item.customer)} <TierChip tier={item.tier} />
          </Fact>
        )}
        {(staff || item.owner) && <Fact name={t('case.owner')}>{item.owner?.name ?? t('common.nobody')}</Fact>}
        {item.nextStep !== null && <Fact name={t('case.nextStep')}>{item.nextStep}</Fact>}
        {item.dueAt !== null && (
          <Fact name={t('case.due')}>
            <At at={item.dueAt} form="dateTime" />
          </Fact>
        )}
        {pressing(item.clocks) && (
          <Fact name={t('sla.title')}>
            <SlaRest clocks={item.clocks} />
          </Fact>
        )}
        <Fact name={t('case.opened')}>
          <At at={item.openedAt} form="dateTime" />
        </Fact>
        <Fact name={t('case.last')}>
          <At at={item.lastAt} form="dateTime" />
        </Fact>
        <Fact name={t('case.occurrences')}>{count(language, item.occurrences)}</Fact>
        {staff && item.highestSeverity !== item.severity && (
          <Fact name={t('case.highest')}>{t(`severity.${item.highestSeverity}`)}</Fact>
        )}
      </dl>
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
