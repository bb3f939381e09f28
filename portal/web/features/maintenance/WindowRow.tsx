import { Button } from '@mantine/core';
import { useState } from 'react';
import type { MaintenanceAnswer } from '#shared/model/api/maintenance.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Chip } from '#portal/web/ui/badges/Chip.tsx';
import { At, ZoneProvider } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import { Dates } from './Dates.tsx';
import { EndDialog } from './EndDialog.tsx';
import { scheduleWords } from './words.ts';
import classes from './maintenance.module.css';

/** So many of the next occurrences are shown. */
const NEXT = 3;

/** One window: what for, when in words, its next dates, and whom it is about; in its own zone. */
export function WindowRow({ window }: { readonly window: MaintenanceAnswer }) {
  const { t, language } = useTexts();
  const [ending, setEnding] = useState(false);
  const { title, status, holds, next } = window;
  const scope = useScope(window);
  const words = scheduleWords(window, language);
  return (
    <ZoneProvider zone={window.timezone}>
      <li className={classes.row}>
        <div className={classes.head}>
          <h3 className={classes.title}>{title}</h3>
          <Chip strong={status === 'holds'}>{t(`service.maintenance.statuses.${status}`)}</Chip>
          {window.may.includes('end') && status !== 'over' && (
            <Button
              size="xs"
              variant="default"
              aria-label={t('service.maintenance.endOf', { title })}
              onClick={() => setEnding(true)}
            >
              {t('service.maintenance.end')}
            </Button>
          )}
        </div>
        <p>{words ?? t('service.maintenance.byRule', { rrule: window.rrule ?? '' })}</p>
        {holds && (
          <p>
            <strong>
              {t('service.maintenance.holdsUntil')} <At at={holds.until} />
            </strong>
          </p>
        )}
        {window.rrule !== null && next.length > 0 && (
          <Dates
            label={`${t('service.maintenance.next')}: ${title}`}
            dates={next.slice(0, NEXT).map(({ from, until }) => ({ from: Date.parse(from), to: Date.parse(until) }))}
          />
        )}
        <p className={classes.facts}>
          <span>{scope}</span>
          <span>
            {window.createdBy
              ? t('service.maintenance.plannedBy', { name: window.createdBy.name })
              : t('service.maintenance.plannedAt')}
            , <At at={window.createdAt} />
          </span>
          {window.endedAt !== null && (
            <span>
              {t('service.maintenance.endedAt')} <At at={window.endedAt} />
            </span>
          )}
        </p>
        <EndDialog window={window} scope={scope} opened={ending} onClose={() => setEnding(false)} />
      </li>
    </ZoneProvider>
  );
}

/** Whom it is about, in words. */
function useScope({ machine, site, customer, customerName }: MaintenanceAnswer): string {
  const { t, language } = useTexts();
  if (machine !== null) return t('service.maintenance.scopeMachine');
  const name = textOr(customerName, language, customer);
  if (site !== null) return t('service.maintenance.scopeSite', { customer: name, site });
  return t('service.maintenance.scopeCustomer', { customer: name });
}
