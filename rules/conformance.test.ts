/**
 * Worked cases of the rule language: each folder has plant.yaml, rules.yaml, readings.csv, events.csv where it has events, and
 * the expected.jsonl that `backtest` must print but for `reason`. Ours always run; those of a sibling folder `shared`
 * (or LEITWARTE_SHARED) run too, and must be among ours.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backtestCommand } from './backtest-cli.ts';

const OURS = resolve('test/conformance');
const SHARED = join(resolve(process.env['LEITWARTE_SHARED'] ?? '../shared'), 'conformance');

function casesIn(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'expected.jsonl')))
    : [];
}

async function run(folder: string) {
  const events = join(folder, 'events.csv');
  const args = ['--plant', join(folder, 'plant.yaml'), '--rules', join(folder, 'rules.yaml')];
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

describe.each([
  ['ours', OURS],
  ['shared', SHARED],
])('cases of the rule language, %s', (_, root) => {
  it.each(casesIn(root))('%s', async (name) => {
    const { status, lines, errors } = await run(join(root, name));
    expect(errors.join('\n')).not.toMatch(/warning/);
    expect(status).toBe(0);
    const expected = readFileSync(join(root, name, 'expected.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean);
    expect(lines.map(withoutReason)).toEqual(expected.map(withoutReason));
    for (const line of lines) expect(Object.keys(JSON.parse(line) as object)).toEqual(KEYS);
  });

  it('are all among ours', () => {
    expect(casesIn(OURS)).toEqual(expect.arrayContaining([...casesIn(root)]));
    expect(casesIn(OURS).length).toBeGreaterThan(0);
  });
});

const KEYS = ['t', 'machine', 'rule', 'transition', 'severity', 'component', 'reason'];
