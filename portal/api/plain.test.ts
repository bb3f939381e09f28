import { expect, test } from 'vitest';
import { z } from 'zod';
import { PageQuery, Time } from '#shared/model/api/common.ts';
import { inPlainWords } from './plain.ts';

const told = (schema: z.ZodType, value: unknown): readonly string[] => {
  const { error } = schema.safeParse(value, { error: inPlainWords });
  return error?.issues.map(({ path, message }) => [path.join('.'), message].join(' ').trim()) ?? [];
};

test.each<[z.ZodType, unknown, string[]]>([
  [z.object({ from: Time }), {}, ['from is missing: give a text']],
  [
    z.object({ from: Time }),
    { from: 'gestern' },
    ['from is no time: write ISO 8601 with zone, such as 2026-01-31T08:00:00Z'],
  ],
  [z.object({ from: Time }), { from: 7 }, ['from is no text']],
  [PageQuery, { limit: '0' }, ['limit is too small: at least 1']],
  [PageQuery, { limit: '5000' }, ['limit is too large: at most 1000']],
  [PageQuery, { limit: 'many' }, ['limit is no number']],
  [z.object({ reason: z.string().min(1).max(3) }), { reason: '' }, ['reason is empty: write something']],
  [z.object({ reason: z.string().min(1).max(3) }), { reason: 'lang' }, ['reason is too long: at most 3 characters']],
  [z.object({ on: z.boolean() }), { on: 'ja' }, ['on is neither true nor false']],
  [
    z.object({ for: z.enum(['part', 'customer', 'observation']) }),
    {},
    ['for is missing: give part, customer or observation'],
  ],
  [z.object({ for: z.enum(['part', 'customer']) }), { for: 'rain' }, ['for is "rain": give part or customer']],
  [z.object({ ids: z.array(z.string()).max(1) }), { ids: ['a', 'b'] }, ['ids is too large: at most 1 entries']],
  [z.strictObject({ a: z.string() }), { a: 'x', b: 1 }, ['has what is not known here: "b"']],
  [z.email(), 'x', ['is no e-mail address']],
])('%#: what is wrong is told with the mend', (schema, value, sentences) => {
  expect(told(schema, value)).toEqual(sentences);
});

test('words that a schema brings itself go before', () => {
  expect(told(z.string().regex(/^a$/, 'is no a'), 'b')).toEqual(['is no a']);
});
