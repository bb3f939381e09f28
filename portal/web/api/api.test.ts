import { describe, expect, test } from 'vitest';
import { urlOf } from './client.ts';
import { isProblemWith, problemOf } from './problem.ts';
import { staleKeys } from './refresh.ts';
import { SseParser } from './sse.ts';

describe('the live stream as text', () => {
  test('becomes events, however it is cut', () => {
    const text = ': hello\n\nid: 7\nevent: case\ndata: {"id":"c1"}\n\nevent: heartbeat\r\ndata: a\r\ndata: b\r\n\r\n';
    for (const size of [1, 2, 3, 7, 1000]) {
      const parser = new SseParser();
      const events = [];
      for (let i = 0; i < text.length; i += size) events.push(...parser.push(text.slice(i, i + size)));
      expect(events).toEqual([
        { event: 'case', data: '{"id":"c1"}', id: '7' },
        { event: 'heartbeat', data: 'a\nb', id: '7' },
      ]);
    }
  });

  test('an event without data is none', () => {
    expect(new SseParser().push('event: x\n\n: comment\n\n')).toEqual([]);
  });
});

describe('what an event makes stale', () => {
  test('is its own subject and the lists it stands in; a resync is everything', () => {
    const at = '2026-01-01T00:00:00Z';
    expect(staleKeys({ event: 'case', data: { id: 'c1', at } })).toContainEqual(['case', 'c1']);
    expect(staleKeys({ event: 'machine', data: { id: 'm1', at } })).toEqual([['machines'], ['machine', 'm1']]);
    expect(staleKeys({ event: 'heartbeat', data: { at } })).toEqual([]);
    expect(staleKeys({ event: 'resync', data: { why: 'slept' } })).toBe('all');
  });
});

describe('a refused request', () => {
  test('says what, why and by which id to ask', () => {
    const body = {
      type: '/api/docs#invalid',
      title: 'The input is not valid',
      status: 422,
      detail: '1 problem',
      instance: 'urn:x',
      errors: [{ path: 'body.a', message: 'is needed' }],
    };
    const problem = problemOf(422, body, 'req-1');
    expect(problem).toMatchObject({
      status: 422,
      title: 'The input is not valid',
      message: '1 problem',
      correlationId: 'req-1',
      errors: body.errors,
    });
    expect(isProblemWith(problem, 422)).toBe(true);
  });

  test('that came back as no problem at all is still one', () => {
    expect(problemOf(502, '<html>', null)).toMatchObject({ status: 502, title: 'HTTP 502', correlationId: undefined });
  });
});

test('what was left out of a question does not stand in its address', () => {
  expect(urlOf('/cases', { status: 'open', owner: undefined, q: '', limit: 0 })).toBe(
    '/api/v1/cases?status=open&limit=0',
  );
});
