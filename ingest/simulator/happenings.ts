/** Log codes as the control of a machine writes them: programs, aborted cycles, warnings, repairs. */
import type { FaultKind } from './fault-stories.ts';
import type { FaultLevels } from './faults.ts';
import { uniform } from './noise.ts';
import type { Operation } from './schedule.ts';

export interface Happening {
  readonly code: string;
  readonly text: string;
  readonly severity: 'info' | 'warning' | 'error';
}

export interface Circumstances {
  readonly operation: Operation;
  readonly faults: FaultLevels;
}

const REPAIRED: Readonly<Record<FaultKind, string>> = {
  bearing: 'Wartung: Lager getauscht',
  filter: 'Wartung: Filterelement gewechselt',
  leak: 'Wartung: Dichtung ersetzt, Öl aufgefüllt',
  loose: 'Wartung: Stecker gesichert',
  gateway: 'Gateway neu gestartet',
};

/** What the control logged between two moments a minute apart. */
export function happenings(
  before: Circumstances,
  now: Circumstances,
  repaired: readonly FaultKind[],
  key: number,
  minute: number,
): readonly Happening[] {
  const logged: Happening[] = [];
  const { operation, faults } = now;
  if (operation.state === 'running' && operation.job > 0 && operation.job !== before.operation.job)
    logged.push({ code: 'I100', text: `Programm ${operation.job} gestartet`, severity: 'info' });
  const aborts = 0.0005 + 0.012 * Math.max(0, faults.bearing - 0.4) + 0.006 * faults.leak;
  if (operation.state === 'running' && uniform(key ^ 91, minute) < aborts)
    logged.push({ code: 'E305', text: 'Zyklus abgebrochen', severity: 'error' });
  if (faults.filter >= 0.7 && before.faults.filter < 0.7)
    logged.push({ code: 'E210', text: 'Filter verschmutzt', severity: 'warning' });
  if (faults.leak >= 0.5 && before.faults.leak < 0.5)
    logged.push({ code: 'E118', text: 'Hydraulikdruck zu niedrig', severity: 'error' });
  for (const kind of repaired) logged.push({ code: 'W200', text: REPAIRED[kind], severity: 'info' });
  return logged;
}
