import { expect, test } from 'vitest';
import { ShelveBody } from '#shared/model/api/alarm.ts';
import { FIRST_DRAFT, shelveBodyOf, VARIANTS } from './shelving.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const DRAFT = { ...FIRST_DRAFT, reason: ' Ersatzteil bestellt ' };

test('each way to set an alarm aside is what the API takes, and ends as it says', () => {
  const bodies = VARIANTS.map((variant) => shelveBodyOf({ ...DRAFT, variant }, NOW));
  expect(bodies).toEqual([
    { reason: 'Ersatzteil bestellt', until: '2026-03-01T20:00:00.000Z' },
    { reason: 'Ersatzteil bestellt', raises: 1 },
    { reason: 'Ersatzteil bestellt', raises: 3, within: '10m' },
    { reason: 'Ersatzteil bestellt', growsBy: 10 },
  ]);
  for (const body of bodies) expect(ShelveBody.safeParse(body).success).toBe(true);
});

test('nothing is asked for while the reason or a number is missing', () => {
  expect(shelveBodyOf({ ...DRAFT, reason: '  ' }, NOW)).toBeUndefined();
  expect(shelveBodyOf({ ...DRAFT, variant: 'raises', raises: '' }, NOW)).toBeUndefined();
  expect(shelveBodyOf({ ...DRAFT, variant: 'raises', within: 0 }, NOW)).toBeUndefined();
  expect(shelveBodyOf({ ...DRAFT, variant: 'growth', growsBy: 0 }, NOW)).toBeUndefined();
  expect(shelveBodyOf({ ...DRAFT, variant: 'growth', growsBy: '-' }, NOW)).toBeUndefined();
});
