import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import type { PlantAnswer } from '#shared/model/api/rule.ts';
import type { Rule } from '#shared/model/rule.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Arithmetic } from './Arithmetic.tsx';
import { useEditing } from './editing.ts';
import { machineName, type RuleMachine, sensorsOn } from './plant.ts';
import { reckonings } from './reckoning.ts';
import classes from './editor.module.css';

interface ReckonedProps {
  readonly rule: Rule | undefined;
  readonly machines: readonly RuleMachine[];
  readonly plant: PlantAnswer;
}

/** As many machines as one looks through in a list; all of them stand in the list of machines. */
const OFFERED = 200;

/** The arithmetic of the rule on one machine. */
export function Reckoned({ rule, machines, plant }: ReckonedProps) {
  const { t, language } = useTexts();
  const { names } = useEditing();
  const [chosen, setChosen] = useState<string>();
  const machine = machines.find(({ id }) => id === chosen) ?? machines[0];
  const offered = machines.slice(0, OFFERED);
  return (
    <section className={classes.panel} aria-label={t('rules.reckon.title')}>
      <header className={classes.head}>
        <h2>{t('rules.reckon.title')}</h2>
        {machine && (
          <NativeSelect
            size="xs"
            aria-label={t('rules.reckon.on')}
            data={offered.map((each) => ({ value: each.id, label: machineName(each, language) }))}
            value={machine.id}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
        )}
      </header>
      {rule && machine ? (
        <Arithmetic reckonings={reckonings(rule.when, sensorsOn(machine, plant))} names={names} />
      ) : (
        <p className={classes.muted}>{t(rule ? 'rules.watched.none' : 'rules.reckon.incomplete')}</p>
      )}
    </section>
  );
}
