/** Our rulebook and the plain means over the same past, through the command `backtest`; as the table of rules/README.md. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { backtestCommand } from '#rules/backtest-cli.ts';
import { rulebookToYaml } from '#shared/files/write.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { meanRules } from './baseline.ts';
import { errors, eventsCsv, failures, readingsCsv, replacements, telemetry } from './data.ts';
import { type Alarm, judge, type Worth } from './judge.ts';

interface Raised extends Alarm {
  readonly rule: string;
}

/** Raised by the rules of that file. */
async function run(dir: string, rules: string): Promise<readonly Raised[]> {
  const raised: Raised[] = [];
  const problems: string[] = [];
  const out = (line: string): void => {
    const { t, machine, component, rule, transition } = JSON.parse(line) as Record<string, string>;
    if (transition === 'raised')
      raised.push({ machine: machine ?? '', component: component ?? '', rule: rule ?? '', t: Date.parse(t ?? '') });
  };
  const plant = path.join(import.meta.dirname, 'plant.yaml');
  const files = ['--events', path.join(dir, 'events.csv'), path.join(dir, 'readings.csv')];
  const args = ['--plant', plant, '--rules', rules, ...files];
  const status = await backtestCommand(args, { out, err: (line) => problems.push(line) });
  if (status !== 0) throw new Error(problems.join('\n'));
  return raised;
}

export interface Line {
  readonly name: string;
  readonly worth: Worth;
}

/** Judged on what came after the rules were written. The first is our rules, the second and third the plain means. */
export async function judgeAll(): Promise<readonly [Line, Line, Line, Line]> {
  const dir = await tempDir('azure');
  const all = telemetry();
  await writeFile(path.join(dir, 'readings.csv'), readingsCsv(all));
  await writeFile(path.join(dir, 'events.csv'), eventsCsv(errors()));
  const [broken, replaced] = [failures(), replacements()];
  const ours = await run(dir, path.join(import.meta.dirname, 'rules.yaml'));
  const plain = async (hours: number, sigmas: number): Promise<Line> => {
    const rules = path.join(dir, `mean-${hours}.yaml`);
    await writeFile(rules, rulebookToYaml({ version: 1, rules: meanRules(all, hours, sigmas) }));
    const name = `plain mean of ${hours} h, ${sigmas} standard errors off`;
    return { name, worth: judge(await run(dir, rules), broken, replaced) };
  };
  const part = (name: string, suffix: string): Line => {
    return {
      name,
      worth: judge(
        ours.filter(({ rule }) => rule.endsWith(suffix)),
        broken,
        replaced,
      ),
    };
  };
  const lines = [
    part('danger: drift of 12 h and errors of the component', '-fails'),
    await plain(24, 3),
    await plain(12, 4),
    part('warning: drift of 24 h alone', '-drifts'),
  ] as const;
  await removeDir(dir);
  return lines;
}

export function tableOf(lines: readonly Line[]): string {
  const head = [
    '| | failures foreseen | median lead | alarms | false alarms | false a machine and month |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
  ];
  const rows = lines.map(({ name, worth }) => {
    const { foreseen, failures: of, medianLead, alarms, falseAlarms, falseAMachineAndMonth } = worth;
    return `| ${name} | ${foreseen} of ${of} | ${medianLead} h | ${alarms} | ${falseAlarms} | ${falseAMachineAndMonth.toFixed(2)} |`;
  });
  return [...head, ...rows].join('\n');
}
