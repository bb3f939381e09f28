import type { MachineListItem } from '#shared/model/api/machine.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ReferenceTag, SimulationTag, TierChip } from '#portal/web/ui/badges/Chip.tsx';
import { ConditionBadge } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { Ago } from '#portal/web/ui/format/Zone.tsx';
import { nameOf, textOr } from '#portal/web/ui/names.ts';
import { OperatingState } from '#portal/web/ui/OperatingState.tsx';
import { WorstCourse } from './WorstCourse.tsx';
import { RowLink } from '#portal/web/ui/RowLink.tsx';
import classes from './fleet.module.css';

const COLUMNS = [
  'condition',
  'machine',
  'customer',
  'worst',
  'since',
  'course',
  'cases',
  'owner',
  'lastReading',
] as const;

export function MachineHead() {
  const { t } = useTexts();
  return (
    <div role="row" className={classes.head}>
      {COLUMNS.map((column) => (
        <span
          key={column}
          role="columnheader"
          data-right={column === 'since' || column === 'cases' || column === 'lastReading' || undefined}
        >
          {t(`fleet.${column}`)}
        </span>
      ))}
    </div>
  );
}

interface MachineProps {
  readonly machine: MachineListItem;
}

/** A machine as one line of the table. */
export function MachineRow({ machine }: MachineProps) {
  const { language } = useTexts();
  const ill = machine.condition !== 'OK';
  return (
    <>
      <span role="cell">
        <ConditionBadge condition={machine.condition} form="short" blink={machine.openCases > 0 && !machine.owner} />
      </span>
      <span role="cell" className={classes.cell}>
        <span className={classes.main}>
          <MachineLink machine={machine} />
          {machine.reference && <ReferenceTag short />}
          {machine.simulated && <SimulationTag short />}
        </span>
        <span className={classes.sub}>
          {textOr(machine.model.name, language, machine.model.id)} <OperatingState state={machine.state} />
        </span>
      </span>
      <span role="cell" className={classes.cell}>
        <span className={classes.clip}>{textOr(machine.customer.name, language, machine.customer.id)}</span>
        <span className={classes.sub}>
          {machine.site} <TierChip tier={machine.customer.tier} />
        </span>
      </span>
      <span role="cell" className={classes.cell}>
        <span className={classes.clip}>
          {machine.worst && textOr(machine.worst.name, language, machine.worst.component ?? '')}
        </span>
        <span className={classes.sub}>{sensorOf(machine, language)}</span>
      </span>
      <span role="cell" data-right>
        {ill && machine.since !== null && <Ago at={machine.since} />}
      </span>
      <span role="cell">
        <WorstCourse machine={machine} />
      </span>
      <span role="cell" data-right>
        {machine.openCases > 0 && machine.openCases}
      </span>
      <span role="cell" className={classes.clip}>
        {machine.owner?.name}
      </span>
      <span role="cell" data-right className={classes.muted}>
        <Ago at={machine.readingAt} />
      </span>
    </>
  );
}

/** A machine as a card, for narrow screens. */
export function MachineCard({ machine }: MachineProps) {
  const { t, language } = useTexts();
  const ill = machine.condition !== 'OK';
  return (
    <div role="cell" className={classes.card}>
      <div className={classes.cardHead}>
        <ConditionBadge condition={machine.condition} form="short" blink={machine.openCases > 0 && !machine.owner} />
        {ill && machine.since !== null && (
          <span className={classes.muted}>
            <Ago at={machine.since} />
          </span>
        )}
      </div>
      <div className={classes.main}>
        <MachineLink machine={machine} />
        {machine.reference && <ReferenceTag short />}
        {machine.simulated && <SimulationTag short />}
      </div>
      <p className={classes.sub}>
        {textOr(machine.customer.name, language, machine.customer.id)}
        {machine.site !== null && `, ${machine.site}`} <TierChip tier={machine.customer.tier} />
      </p>
      {machine.worst && (
        <p>
          {textOr(machine.worst.name, language, machine.worst.component ?? '')}
          <span className={classes.muted}> {sensorOf(machine, language)}</span>
        </p>
      )}
      <WorstCourse machine={machine} />
      {(machine.openCases > 0 || machine.owner) && (
        <p className={classes.sub}>
          {machine.openCases > 0 && t('fleet.openCases', { count: machine.openCases })}
          {machine.owner && ` · ${machine.owner.name}`}
        </p>
      )}
    </div>
  );
}

/** Name of the sensor whose breach is the worst. */
function sensorOf({ worst }: MachineListItem, language: string): string {
  return textOr(worst?.sensorName, language, worst?.sensor ?? '');
}

function MachineLink({ machine }: MachineProps) {
  const { language } = useTexts();
  return (
    <RowLink to={`/machines/${machine.id}`} className={classes.link}>
      {nameOf(machine, language)}
    </RowLink>
  );
}
