import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { Link } from 'react-router';
import type { PlantAnswer } from '#shared/model/api/rule.ts';
import type { Rule } from '#shared/model/rule.ts';
import { textIn } from '#shared/model/text.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Chip, ReferenceTag } from '#portal/web/ui/badges/Chip.tsx';
import { Empty } from '#portal/web/ui/panel/Panel.tsx';
import { limitsWords, raisedWords } from './limit-words.ts';
import { sensorsNamed } from './draft.ts';
import { machineName, namesIn, type RuleMachine, sensorsOn } from './plant.ts';
import { reckonings } from './reckoning.ts';
import classes from './watched.module.css';

interface WatchedProps {
  readonly rule: Rule;
  readonly machines: readonly RuleMachine[];
  readonly plant: PlantAnswer;
}

/** The machines a rule is for, each with its own tolerance and the limit that results. */
export function Watched({ rule, machines, plant }: WatchedProps) {
  const { t } = useTexts();
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: machines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 45,
    overscan: 6,
  });
  const named = useMemo(() => new Set(sensorsNamed(rule.when)), [rule]);
  const own = (machine: RuleMachine): boolean =>
    machine.sensors?.some(({ id, tolerance, nominal }) => named.has(id) && (tolerance ?? nominal) !== undefined) ??
    false;
  if (machines.length === 0) return <Empty title={t('rules.watched.none')} hint={t('rules.watched.noneHint')} />;
  const others = machines.filter(own).length;
  return (
    <>
      <p className={classes.count}>
        {t('rules.watched.count', { count: machines.length })}
        {others > 0 && `, ${t('rules.watched.own', { count: others })}`}
      </p>
      <div ref={frame} className={classes.scroll} tabIndex={0} role="region" aria-label={t('rules.watched.title')}>
        <ul className={classes.list} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const machine = machines[index];
            return (
              machine && (
                <li
                  key={machine.id}
                  data-index={index}
                  ref={virtual.measureElement}
                  className={classes.machine}
                  style={{ transform: `translateY(${start}px)` }}
                  aria-setsize={machines.length}
                  aria-posinset={index + 1}
                >
                  <Line rule={rule} machine={machine} plant={plant} own={own(machine)} />
                </li>
              )
            );
          })}
        </ul>
      </div>
    </>
  );
}

interface LineProps {
  readonly rule: Rule;
  readonly machine: RuleMachine;
  readonly plant: PlantAnswer;
  readonly own: boolean;
}

function Line({ rule, machine, plant, own }: LineProps) {
  const { t, language } = useTexts();
  const limits = reckonings(rule.when, sensorsOn(machine, plant));
  const names = namesIn(plant.models, language);
  const customer = plant.customers.find(({ id }) => id === machine.customer);
  return (
    <>
      <div className={classes.name}>
        <Link to={`/machines/${machine.id}`}>{machineName(machine, language)}</Link>
        {machine.reference && <ReferenceTag short />}
        {own && <Chip small>{t('rules.reckon.own')}</Chip>}
        <span className={classes.muted}>
          {[textIn(customer?.name, language, machine.customer), machine.site].filter(Boolean).join(', ')}
        </span>
      </div>
      <ul className={classes.limits}>
        {limits.map((limit, i) => (
          <li key={`${limit.sensor} ${i}`}>
            {limits.length > 1 && <span className={classes.muted}>{names.sensor(limit.sensor).name}: </span>}
            {limit.tolerance && (
              <span className={classes.muted}>{limitsWords(t, language, limit.tolerance, limit.unit)} → </span>
            )}
            <strong>{limit.sides.length === 0 ? t('rules.watched.never') : raisedWords(limit, language)}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}
