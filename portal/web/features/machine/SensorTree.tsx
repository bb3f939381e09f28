import { Checkbox, VisuallyHidden } from '@mantine/core';
import type { MachineAnswer, SensorAnswer } from '#shared/model/api/machine.ts';
import { percent } from '#shared/model/figures.ts';
import { useIsStaff } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ConditionSign } from '#portal/web/ui/badges/ConditionBadge.tsx';
import { exact, value } from '#portal/web/ui/format/number.ts';
import { Ago } from '#portal/web/ui/format/Zone.tsx';
import { nameOf, textOr } from '#portal/web/ui/names.ts';
import { type Branch, branchesOf } from './tree.ts';
import { MAX_COURSES } from './view.ts';
import classes from './tree.module.css';

interface SensorTreeProps {
  readonly machine: MachineAnswer;
  readonly shown: readonly string[];
  readonly onToggle: (id: string) => void;
}

/** Components with the worst state of all below them, and under each its sensors with last value and tolerance. */
export function SensorTree({ machine, shown, onToggle }: SensorTreeProps) {
  const { t } = useTexts();
  const staff = useIsStaff();
  return (
    <table className={classes.tree}>
      <thead>
        <tr>
          <th scope="col">{t('machine.sensor')}</th>
          <th scope="col" data-right>
            {t('machine.value')}
          </th>
          <th scope="col">{t('machine.unit')}</th>
          {staff && (
            <>
              <th scope="col" data-right className={classes.wide}>
                {t('machine.tolerance')}
              </th>
              <th scope="col" data-right>
                {t('machine.excessShort')}
              </th>
            </>
          )}
        </tr>
      </thead>
      {branchesOf(machine).map((branch) => (
        <tbody key={branch.component?.id ?? ''}>
          <BranchHead branch={branch} columns={staff ? 5 : 3} />
          {branch.sensors.map((sensor) => (
            <SensorRow
              key={sensor.id}
              sensor={sensor}
              depth={branch.depth + 1}
              shown={shown.includes(sensor.id)}
              full={shown.length >= MAX_COURSES}
              staff={staff}
              onToggle={() => onToggle(sensor.id)}
            />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function BranchHead({ branch, columns }: { readonly branch: Branch; readonly columns: number }) {
  const { t, language } = useTexts();
  const { component, depth } = branch;
  return (
    <tr className={classes.component}>
      <th scope="rowgroup" colSpan={columns} style={{ paddingLeft: 10 + depth * 14 }}>
        <span className={classes.branch}>
          {component && component.condition !== 'OK' && (
            <>
              <ConditionSign condition={component.condition} size={17} />
              <VisuallyHidden>{t(`condition.${component.condition}`)}</VisuallyHidden>
            </>
          )}
          {component ? textOr(component.name, language, component.id) : t('machine.otherSensors')}
        </span>
      </th>
    </tr>
  );
}

interface SensorRowProps {
  readonly sensor: SensorAnswer;
  readonly depth: number;
  readonly shown: boolean;
  /** No further course fits. */
  readonly full: boolean;
  readonly staff: boolean;
  readonly onToggle: () => void;
}

function SensorRow({ sensor, depth, shown, full, staff, onToggle }: SensorRowProps) {
  const { t, language } = useTexts();
  const name = nameOf(sensor, language);
  const { last, tolerance } = sensor;
  const outside = (last?.excess ?? -1) > 0;
  const blocked = full && !shown;
  return (
    <tr className={classes.sensor} data-outside={outside || undefined} data-stale={sensor.stale || undefined}>
      <td style={{ paddingLeft: 8 + depth * 14 }}>
        <Checkbox
          size="xs"
          checked={shown}
          disabled={blocked}
          onChange={onToggle}
          aria-label={shown ? t('machine.hideChart', { sensor: name }) : t('machine.showChart', { sensor: name })}
          label={
            <span title={blocked ? t('machine.maxCharts', { count: MAX_COURSES }) : undefined}>
              {name}
              {sensor.derived && <span className={classes.note}> {t('machine.derived')}</span>}
            </span>
          }
          classNames={{ body: classes.check ?? '', labelWrapper: classes.label ?? '' }}
        />
      </td>
      <td data-right className={classes.value}>
        {last ? value(language, last.value) : <span className={classes.note}>{t('machine.noReading')}</span>}
        {sensor.stale && last && (
          <span className={classes.note}>
            {t('machine.stale')}, <Ago at={last.t} form="ago" />
          </span>
        )}
      </td>
      <td className={classes.unit}>{sensor.unit}</td>
      {staff && (
        <>
          <td data-right className={classes.wide}>
            {tolerance && toleranceText(tolerance, language)}
          </td>
          <td data-right>{outside && last?.excess != null ? percent(last.excess, language) : ''}</td>
        </>
      )}
    </tr>
  );
}

/** "40 … 80", "≤ 4,5", "≥ 2". */
function toleranceText({ low, high }: NonNullable<SensorAnswer['tolerance']>, language: 'de' | 'en'): string {
  if (low !== null && high !== null) return `${exact(language, low)} … ${exact(language, high)}`;
  if (high !== null) return `≤ ${exact(language, high)}`;
  return low === null ? '' : `≥ ${exact(language, low)}`;
}
