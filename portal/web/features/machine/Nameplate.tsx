import type { ReactNode } from 'react';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { useIsStaff } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ReferenceTag, SimulationTag, TierChip } from '#portal/web/ui/badges/Chip.tsx';
import { ConditionBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { Ago, useZone, useZoneName } from '#portal/web/ui/format/Zone.tsx';
import { nameOf, textOr } from '#portal/web/ui/names.ts';
import { OperatingState } from '#portal/web/ui/OperatingState.tsx';
import { PageTitle } from '#portal/web/ui/PageTitle.tsx';
import classes from './nameplate.module.css';

/** Who this machine is and how it is. */
export function Nameplate({ machine }: { readonly machine: MachineAnswer }) {
  const { t, language } = useTexts();
  const staff = useIsStaff();
  const zone = useZone();
  const zoneName = useZoneName();
  const ill = machine.condition !== 'OK' && machine.since !== null;
  return (
    <header className={classes.plate}>
      <div className={classes.head}>
        <PageTitle title={nameOf(machine, language)} />
        {machine.reference && staff && <ReferenceTag />}
        {machine.simulated && <SimulationTag />}
        <span className={classes.condition}>
          <ConditionBadge condition={machine.condition} size={28} />
          {ill && (
            <span className={classes.muted}>
              {t('machine.since')} <Ago at={machine.since} />
            </span>
          )}
        </span>
      </div>
      <dl className={classes.facts} aria-label={t('machine.nameplate')}>
        <Fact name={t('machine.id')}>
          <code>{machine.id}</code>
        </Fact>
        <Fact name={t('machine.model')}>{textOr(machine.model.name, language, machine.model.id)}</Fact>
        {staff && (
          <Fact name={t('machine.customer')}>
            {textOr(machine.customer.name, language, machine.customer.id)} <TierChip tier={machine.customer.tier} />
          </Fact>
        )}
        <Fact name={t('machine.site')}>{machine.site ?? t('fleet.noSite')}</Fact>
        <Fact name={t('machine.operating')}>
          <span className={classes.operating}>
            <OperatingState state={machine.state} />
            {machine.state === null && '–'}
          </span>
        </Fact>
        <Fact name={t('machine.lastReading')}>
          <Ago at={machine.readingAt} form="ago" />
        </Fact>
        <Fact name={t('machine.zone')}>
          {zone} ({zoneName})
        </Fact>
      </dl>
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
