import i18next from 'i18next';
import { beforeAll, describe, expect, test } from 'vitest';
import { de } from '#portal/web/i18n/de.ts';
import { en } from '#portal/web/i18n/en.ts';
import { appendPoints } from './append.ts';
import { bandsOf, type Bucket, extent, factsOf, isOutside, rowsOf } from './course.ts';
import { courseSentence } from './sentence.ts';
import { runsOf, spark } from './sparkline.ts';

const T0 = Date.parse('2026-01-01T00:00:00Z');
const MIN = 60_000;
const iso = (minute: number): string => new Date(T0 + minute * MIN).toISOString();
const bucket = (minute: number, min: number, max = min, mean = (min + max) / 2): Bucket => ({
  t: iso(minute),
  min,
  max,
  mean,
  count: 6,
});
const range = { from: T0, to: T0 + 10 * MIN };
const spans = [
  { from: iso(-60), low: 40, high: 80, nominal: 60 },
  { from: iso(5), low: 40, high: 90, nominal: 65 },
];

describe('the course of a sensor', () => {
  test('a gap stays a gap: its rows are there, without a value', () => {
    const rows = rowsOf([bucket(0, 60), bucket(1, 61), bucket(4, 62)], [], MIN, range);
    expect(rows.map((row) => row.mean)).toEqual([60, 61, null, null, 62, null, null, null, null, null, null]);
  });

  test('a bucket that begins before the range is shown from its begin on', () => {
    const rows = rowsOf([bucket(-1, 60), bucket(1, 61)], [], 2 * MIN, { from: T0, to: T0 + 3 * MIN });
    expect(rows.map(({ t, mean }) => [(t - T0) / MIN, mean])).toEqual([
      [0, 60],
      [1, 61],
      [3, null],
    ]);
  });

  test('each value is judged by the tolerance of its own time', () => {
    const bands = bandsOf(spans, range);
    expect(bands.map(({ from, to, high }) => [(from - T0) / MIN, (to - T0) / MIN, high])).toEqual([
      [0, 5, 80],
      [5, 10, 90],
    ]);
    const rows = rowsOf([bucket(3, 70, 85), bucket(4, 70, 75), bucket(6, 70, 85)], bands, MIN, range);
    expect(rows.filter(isOutside).map((row) => (row.t - T0) / MIN)).toEqual([3]);
    expect(rows[3]?.breach).toEqual([80, 85]);
  });

  test('a breach of one bucket has an area, because its neighbours close it', () => {
    const bands = bandsOf(spans, range);
    const rows = rowsOf([bucket(1, 70), bucket(2, 84), bucket(3, 70)], bands, MIN, range);
    expect(rows.slice(1, 4).map((row) => row.breach)).toEqual([
      [80, 80],
      [80, 84],
      [80, 80],
    ]);
    expect(rows.filter(isOutside)).toHaveLength(1);
  });

  test('what is older than the first tolerance known is judged by none', () => {
    const bands = bandsOf(spans.slice(1), range);
    const rows = rowsOf([bucket(1, 120), bucket(6, 120)], bands, MIN, range);
    expect(rows.filter(isOutside).map((row) => (row.t - T0) / MIN)).toEqual([6]);
  });

  test('the axis covers the readings and both limits', () => {
    const bands = bandsOf(spans.slice(0, 1), range);
    expect(extent(rowsOf([bucket(1, 55, 60)], bands, MIN, range), bands)).toEqual([40, 80]);
    expect(extent([], bands)).toBeUndefined();
  });

  test('one-sided tolerances and spans that bound nothing are no problem', () => {
    const bands = bandsOf(
      [
        { from: iso(-5), low: null, high: null, nominal: null },
        { from: iso(2), low: null, high: 4.5, nominal: null },
      ],
      range,
    );
    expect(bands).toHaveLength(1);
    const facts = factsOf(rowsOf([bucket(3, 4.95)], bands, MIN, range), bands, MIN);
    expect(facts?.worst).toBeCloseTo(10);
  });
});

describe('the sentence below it', () => {
  beforeAll(() =>
    i18next.init({
      lng: 'de',
      resources: { de: { translation: de }, en: { translation: en } },
      interpolation: { escapeValue: false },
    }),
  );
  const say = (language: 'de' | 'en', buckets: readonly Bucket[]): string => {
    const bands = bandsOf(spans, range);
    const facts = factsOf(rowsOf(buckets, bands, MIN, range), bands, MIN);
    return courseSentence(
      i18next.getFixedT(language),
      language,
      { sensor: 'Lagertemperatur', unit: '°C' },
      facts,
    ).replaceAll('\u00a0', ' ');
  };

  test('tells range, breach, gap, change of the tolerance and the last value', () => {
    expect(say('de', [bucket(0, 60), bucket(1, 84), bucket(4, 62), bucket(5, 62)])).toBe(
      'Lagertemperatur lag zwischen 60,0 °C und 84,0 °C, im Mittel bei 67,0 °C. In 25 % der Zeit mit Daten lag ein Wert außerhalb der Toleranz, ' +
        'um bis zu 20 %. Eine Lücke ohne Messwerte dauerte 2 min. Die Toleranz wurde in dieser Zeit einmal geändert. Zuletzt 62,0 °C.',
    );
  });

  test('says when nothing was wrong, and when nothing was there', () => {
    expect(say('en', [bucket(0, 60), bucket(1, 61)])).toContain('All values were inside tolerance.');
    expect(say('de', [])).toBe('Lagertemperatur hat in diesem Zeitraum keine Messwerte.');
  });
});

describe('live readings', () => {
  test('widen the last bucket, or begin the next one on the same grid', () => {
    const points = [30, 70, 80].map((second) => ({ t: T0 + second * 1000, value: second }));
    const grown = appendPoints([{ t: iso(0), min: 40, max: 50, mean: 45, count: 2 }], points, T0, MIN);
    expect(grown).toEqual([
      { t: iso(0), min: 30, max: 50, mean: 40, count: 3 },
      { t: iso(1), min: 70, max: 80, mean: 75, count: 2 },
    ]);
  });

  test('that are older than the last bucket are left to the next full reading', () => {
    const known = [bucket(5, 60)];
    expect(appendPoints(known, [{ t: T0 + MIN, value: 1 }], T0, MIN)).toEqual(known);
  });
});

describe('the small course', () => {
  const points = [0, 1, 2, 6, 7].map((minute) => ({ t: T0 + minute * MIN, min: 50, max: 70, mean: 60 }));

  test('is drawn in one run for each stretch without a gap', () => {
    expect(runsOf(points, 1.6 * MIN).map((run) => run.length)).toEqual([3, 2]);
    const picture = spark(
      points,
      { low: 40, high: 80 },
      { from: T0, to: T0 + 10 * MIN, width: 100, height: 30, gapMs: 1.6 * MIN },
    );
    expect(picture.line.match(/M/g)).toHaveLength(2);
    expect(picture.band).toEqual({ y: 2, height: 26 });
    expect(picture.limits).toEqual([28, 2]);
  });

  test('of a one-sided tolerance has a band that is open to the other side', () => {
    const picture = spark(
      points,
      { low: null, high: 80 },
      { from: T0, to: T0 + 10 * MIN, width: 100, height: 30, gapMs: MIN * 2 },
    );
    expect(picture.band).toEqual({ y: 2, height: 28 });
    expect(spark(points, undefined, { from: T0, to: T0 + 1, width: 9, height: 9, gapMs: 1 }).band).toBeUndefined();
  });
});
