import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { breachRange } from './case/breach.ts';
import { needsAttention, partsOf } from './customer/parts.ts';
import { safeTarget } from './login/target.ts';
import { isConspicuous } from './quality/conspicuous.ts';
import { yamlOf } from './rules/yaml.ts';

describe('after log-in', () => {
  test('one comes back to a page of this portal, and to nowhere else', () => {
    expect(safeTarget('/cases/c1?view=open')).toBe('/cases/c1?view=open');
    for (const bad of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/login?to=/x'])
      expect(safeTarget(bad)).toBe('/');
  });
});

describe('the stretch around an alarm', () => {
  const HOUR = 3_600_000;
  const raised = Date.parse('2026-01-01T12:00:00Z');
  const alarm = {
    raisedAt: new Date(raised).toISOString(),
    clearedAt: null,
    reason: { since: raised - 300_000, delayMs: 300_000, fact: { test: 'state', state: 'x', verdict: true } },
  } as const;

  test('begins before the condition was true and does not reach into the future', () => {
    expect(breachRange(alarm, raised + 60_000)).toEqual({ from: raised - 300_000 - HOUR, to: raised + 60_000 });
    expect(breachRange(alarm, raised + 99 * HOUR).to).toBe(raised + HOUR);
  });

  test('of an alarm that stood for days is a day long', () => {
    const range = breachRange(
      { ...alarm, clearedAt: new Date(raised + 300 * HOUR).toISOString() },
      raised + 400 * HOUR,
    );
    expect(range.to - range.from).toBe(24 * HOUR);
  });
});

describe("a customer's machines", () => {
  const machines = (['F', 'OK', '?', 'C', 'M'] as const).map(
    (condition) => ({ condition }) as Parameters<typeof partsOf>[0][number],
  );

  test('are those that need attention, those nobody knows of, and those that are well', () => {
    const { attention, unknown, well } = partsOf(machines);
    expect([attention, unknown, well].map((part) => part.map(({ condition }) => condition))).toEqual([
      ['F', 'M'],
      ['?'],
      ['OK', 'C'],
    ]);
    expect(needsAttention({ condition: '?' })).toBe(true);
  });
});

describe('data quality', () => {
  const NOW = Date.parse('2026-01-01T12:00:00Z');
  const fine = { online: true, readingAt: '2026-01-01T11:59:00Z', counts: {} };

  test('a machine is conspicuous when it is silent, cut off, or sends what cannot be used', () => {
    expect(isConspicuous(fine, NOW)).toBe(false);
    expect(isConspicuous({ ...fine, readingAt: null }, NOW)).toBe(true);
    expect(isConspicuous({ ...fine, readingAt: '2026-01-01T11:00:00Z' }, NOW)).toBe(true);
    expect(isConspicuous({ ...fine, online: false }, NOW)).toBe(true);
    expect(isConspicuous({ ...fine, online: null, counts: { late: 2 } }, NOW)).toBe(true);
  });
});

describe('a rule as its file has it', () => {
  test('reads back as the same rule', () => {
    const rule = {
      id: 'filter-clogged',
      title: { de: 'Luftfilter: "zu"', en: 'on' },
      when: {
        all: [
          { sensor: 'dp', above: 12, deadband: 0.5 },
          { not: { sensor: 't', outside: '20%' } },
          { any: [{ state: 'yes' }, { event: '# 1' }] },
        ],
      },
      for: '10m',
      applies: { machines: ['a', 'b'] },
      severity: 'notice',
    };
    expect(parse(yamlOf(rule))).toEqual(rule);
  });

  test('stands in the order of the file, whatever order the database gives', () => {
    const rule = { for: '30s', when: { above: 8, sensor: 'pressure' }, checklist: ['look'], id: 'high' };
    expect(yamlOf(rule)).toBe('id: high\nwhen: { sensor: pressure, above: 8 }\nfor: 30s\nchecklist:\n  - look');
  });
});
