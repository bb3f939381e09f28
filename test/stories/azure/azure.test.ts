/**
 * Azure PdM: rules written from the first 45 days foresee the failures of the next 45, with a fraction of the false alarms of
 * the plain mean. The table in rules/README.md is what the code yields.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Rule } from '#shared/model/rule.ts';
import { EMPTY_PLANT } from '#shared/model/plant.ts';
import { readRulebook } from '#shared/files/read-rulebook.ts';
import { tell } from '../tell.ts';
import { normalOf } from './baseline.ts';
import { azureIsThere, type SensorId, telemetry } from './data.ts';
import { judge } from './judge.ts';
import { judgeAll, tableOf } from './table.ts';

test('an alarm tells of a failure of its component in the next 72 h, the first one counts, others are false', () => {
  const HOUR = 3_600_000;
  const happened = (machine: string, hours: number, what: string) => ({ machine, t: hours * HOUR, what });
  const alarm = (machine: string, hours: number, component: string) => ({ machine, t: hours * HOUR, component });
  const failures = [happened('a', 100, 'c1'), happened('a', 200, 'c1'), happened('b', 100, 'c1')];
  const alarms = [
    alarm('a', 60, 'c1'),
    alarm('a', 90, 'c1'),
    alarm('a', 90, 'c2'),
    alarm('a', 127, 'c1'),
    alarm('a', 200, 'c1'),
    alarm('b', 99, 'c1'),
  ];
  expect(judge(alarms, failures, [happened('a', 91, 'c2')], { from: 0, to: 720 * HOUR })).toEqual({
    failures: 3,
    foreseen: 2,
    medianLead: 40,
    alarms: 6,
    falseAlarms: 3,
    falseAMachineAndMonth: expect.closeTo((3 / 20) * (30.44 / 30)) as number,
    beforeReplacement: 1,
  });
});

/** Where each rule says a drift begins: of that sensor, its limit. */
function limitsOf(rules: readonly Rule[]): readonly (readonly [string, number])[] {
  const leaves = rules.flatMap(({ when }) => ('all' in when ? when.all : [when]));
  return leaves.flatMap((leaf) => {
    if (!('mean' in leaf) || leaf.mean === undefined) return [];
    return [[leaf.sensor, leaf.above ?? leaf.below ?? NaN] as const];
  });
}

if (!azureIsThere()) tell('Azure PdM is not beside this repository: its test is left out');

describe.skipIf(!azureIsThere())('Azure PdM', () => {
  test('the limits are those of the first 45 days: normal and 0.8 robust standard deviations', () => {
    const text = readFileSync(path.join(import.meta.dirname, 'rules.yaml'), 'utf8');
    const { rulebook } = readRulebook(text, 'rules.yaml', EMPTY_PLANT, { strict: false });
    const limits = limitsOf(rulebook?.rules ?? []);
    expect(limits).toHaveLength(8);
    const known = telemetry();
    for (const [sensor, limit] of limits) {
      const { center, sigma } = normalOf(known, sensor as SensorId);
      const away = sensor === 'rotate' ? center - limit : limit - center;
      expect({ sensor, sigmas: Math.round((away / sigma) * 10) / 10 }).toEqual({ sensor, sigmas: 0.8 });
    }
  });

  test('every failure is foreseen a day before, with few false alarms; the page says what the code yields', async () => {
    const lines = await judgeAll();
    const [ours, ...means] = lines.slice(0, 3);
    for (const mean of means) {
      expect(ours?.worth.foreseen).toBeGreaterThanOrEqual(mean.worth.foreseen);
      expect(ours?.worth.falseAlarms ?? NaN).toBeLessThan(mean.worth.falseAlarms / 10);
    }
    expect(ours?.worth.medianLead).toBeGreaterThanOrEqual(24);
    const table = tableOf(lines);
    tell(table);
    expect(readFileSync('rules/README.md', 'utf8')).toContain(table);
  });
});
