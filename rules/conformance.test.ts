/**
 * Worked cases of the rule language: each folder has plant.yaml, rules.yaml, readings.csv, events.csv where it has events, and
 * the expected.jsonl that `backtest` must print but for `reason`. Ours always run; those of a sibling folder `shared`
 * (or LEITWARTE_SHARED) run too, and must be among ours.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { backtestCommand } from './backtest-cli.ts';

const OURS = resolve('test/conformance');
const SHARED = join(resolve(process.env['LEITWARTE_SHARED'] ?? '../shared'), 'conformance');

function casesIn(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'expected.jsonl')))
    : [];
}

async function run(folder: string, rules: string) {
  const events = join(folder, 'events.csv');
  const args = ['--plant', join(folder, 'plant.yaml'), '--rules', rules];
  if (existsSync(events)) args.push('--events', events);
  const lines: string[] = [];
  const errors: string[] = [];
  const status = await backtestCommand([...args, join(folder, 'readings.csv')], {
    out: (line) => lines.push(line),
    err: (line) => errors.push(line),
  });
  return { status, lines, errors };
}

function withoutReason(line: string): string {
  const { reason: _, ...rest } = JSON.parse(line) as { reason?: unknown };
  return JSON.stringify(rest);
}

/** What `backtest` prints is what the case expects. */
async function holds(folder: string, rules = join(folder, 'rules.yaml')): Promise<void> {
  const { status, lines, errors } = await run(folder, rules);
  expect(errors.join('\n')).not.toMatch(/warning/);
  expect(status).toBe(0);
  const expected = readFileSync(join(folder, 'expected.jsonl'), 'utf8').trim().split('\n').filter(Boolean);
  expect(lines.map(withoutReason)).toEqual(expected.map(withoutReason));
  for (const line of lines) expect(Object.keys(JSON.parse(line) as object)).toEqual(KEYS);
}

describe.each([
  ['ours', OURS],
  ['shared', SHARED],
])('cases of the rule language, %s', (_, root) => {
  it.each(casesIn(root))('%s', async (name) => {
    await expect(holds(join(root, name))).resolves.toBeUndefined();
  });

  it('are all among ours', () => {
    expect(casesIn(OURS)).toEqual(expect.arrayContaining([...casesIn(root)]));
    expect(casesIn(OURS).length).toBeGreaterThan(0);
  });
});

// An engine that lacks something does what a whole one does with rules that do not ask for it.
it.each<readonly [what: string, name: string, asked: RegExp, instead: string]>([
  ['knows no deadband', 'off-delay-and-deadband', /, deadband: 3/, ''],
  ['clears at once', 'off-delay-and-deadband', /clear: \{for: 30s\}/, ''],
  ['does not hear silence', 'silent', /silent: \dm/g, 'silent: 60d'],
  ['does not see what is stuck', 'changes-and-frozen', /frozen: 40s/, 'frozen: 60d'],
])('mutant: an engine that %s is found out', async (_, name, asked, instead) => {
  const dir = await tempDir('rules');
  onTestFinished(() => removeDir(dir));
  const rules = join(dir, 'rules.yaml');
  const whole = readFileSync(join(OURS, name, 'rules.yaml'), 'utf8');
  expect(whole).toMatch(asked);
  writeFileSync(rules, whole.replaceAll(new RegExp(asked, 'g'), instead));
  await expect(holds(join(OURS, name), rules)).rejects.toThrow('to deeply equal');
});

const KEYS = ['t', 'machine', 'rule', 'transition', 'severity', 'component', 'reason'];
