import { demoFiles } from './house.ts';
import { Simulation } from '../simulator/simulation.ts';
import { Pace } from './pace.ts';
import { pastAlarms, pastCases, openedAt, quietAt, endingOf } from './past.ts';
const demo = demoFiles();
const epoch = Date.parse('2026-11-22T05:00:00Z');
const sim = new Simulation(demo.plant, 1, epoch);
const t0 = performance.now();
const alarms = await pastAlarms(demo, sim, epoch, new Pace(new AbortController().signal));
console.log(alarms.length, performance.now() - t0);
for (const c of pastCases(alarms))
  console.log(
    new Date(openedAt(c)).toISOString(),
    ((epoch - openedAt(c)) / 864e5).toFixed(2),
    ((quietAt(c) - openedAt(c)) / 36e5).toFixed(2) + 'h',
    c.machine,
    c.component,
    c.severity,
    c.alarms.length,
    [...new Set(c.alarms.map((a) => a.raised.rule))].join(','),
    endingOf(c, sim)?.cause,
  );
// standing
