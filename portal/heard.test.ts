import { expect, test } from 'vitest';
import { NO_TELEMETRY } from '#shared/telemetry/decode.ts';
import { Heard } from './heard.ts';

const AT = Date.parse('2026-03-02T08:00:00.000Z');
const said = (topic: string, payload: string, at = AT) =>
  [{ kind: 'message', at, topic, payload: Buffer.from(payload) }, NO_TELEMETRY] as const;

test('messages are kept from the first asking on, the newest first, each machine by itself, and only so many', () => {
  const heard = new Heard('machines');
  heard.take(...said('machines/press-1/telemetry', 'before anybody asked'));
  expect(heard.of('press-1', AT)).toEqual([]);
  heard.take(...said('machines/press-2/telemetry', 'of another'));
  heard.take(...said('machines-2/press-1/telemetry', 'of another house'));
  for (let i = 1; i <= 25; i++) heard.take(...said('machines/press-1/nonsense', `message ${i}`));
  const kept = heard.of('press-1', AT);
  expect([kept.length, kept[0]?.payload, kept.at(-1)?.payload]).toEqual([20, 'message 25', 'message 6']);
});

test('a long payload is kept by its beginning, with its size', () => {
  const heard = new Heard('machines');
  heard.of('press-1', AT);
  heard.take(...said('machines/press-1/telemetry', 'x'.repeat(9_000)));
  const [message] = heard.of('press-1', AT);
  expect([message?.payload.length, message?.bytes]).toEqual([600, 9_000]);
});

test('nothing is kept any more once nobody has asked for a minute', () => {
  const heard = new Heard('machines');
  heard.of('press-1', AT);
  heard.take(...said('machines/press-1/telemetry', 'first', AT + 1_000));
  heard.take(...said('machines/press-1/telemetry', 'second', AT + 61_000));
  expect(heard.of('press-1', AT + 61_000)).toEqual([]);
  heard.take(...said('machines/press-1/telemetry', 'third', AT + 62_000));
  expect(heard.of('press-1', AT + 62_000)).toHaveLength(1);
  expect(heard.of('press-1', AT + 200_000)).toEqual([]);
});
