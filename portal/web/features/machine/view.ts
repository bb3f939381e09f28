/** What of a machine is looked at, as the address says it: tab, sensors, and the range. */
import type { Range } from '#portal/web/ui/charts/course.ts';

export const PRESETS = ['1h', '8h', '24h', '7d', '14d'] as const;
export type Preset = (typeof PRESETS)[number];
export const TABS = ['course', 'alarms', 'cases', 'maintenance', 'quality', 'connection'] as const;
export type Tab = (typeof TABS)[number];

/** So many courses are shown at once. */
export const MAX_COURSES = 6;

const HOUR = 3_600_000;
const LENGTH: Readonly<Record<Preset, number>> = {
  '1h': HOUR,
  '8h': 8 * HOUR,
  '24h': 24 * HOUR,
  '7d': 168 * HOUR,
  '14d': 336 * HOUR,
};
const SHORTEST_MS = 60_000;

/** Either the last hours, which move along, or a section that stands still. */
export type Window = { readonly kind: 'rolling'; readonly preset: Preset } | ({ readonly kind: 'fixed' } & Range);

export interface MachineView {
  readonly tab: Tab;
  readonly window: Window;
  /** Undefined: nothing chosen, the page decides. */
  readonly sensors: readonly string[] | undefined;
}

export function readView(params: URLSearchParams): MachineView {
  const sensors = params.get('sensors');
  return {
    tab: TABS.find((each) => each === params.get('tab')) ?? 'course',
    window: readWindow(params),
    sensors: sensors === null ? undefined : sensors.split(',').filter(Boolean).slice(0, MAX_COURSES),
  };
}

function readWindow(params: URLSearchParams): Window {
  const from = Date.parse(params.get('from') ?? '');
  const to = Date.parse(params.get('to') ?? '');
  if (from < to) return { kind: 'fixed', from, to };
  return { kind: 'rolling', preset: PRESETS.find((each) => each === params.get('range')) ?? '8h' };
}

export function writeView(params: URLSearchParams, change: Partial<MachineView>): URLSearchParams {
  const next = new URLSearchParams(params);
  if (change.tab) put(next, 'tab', change.tab === 'course' ? undefined : change.tab);
  if (change.sensors) next.set('sensors', change.sensors.join(','));
  const { window } = change;
  if (window?.kind === 'rolling') {
    put(next, 'range', window.preset === '8h' ? undefined : window.preset);
    put(next, 'from', undefined);
    put(next, 'to', undefined);
  }
  if (window?.kind === 'fixed') {
    next.set('from', new Date(window.from).toISOString());
    next.set('to', new Date(window.to).toISOString());
  }
  return next;
}

function put(params: URLSearchParams, key: string, value: string | undefined): void {
  if (value === undefined) params.delete(key);
  else params.set(key, value);
}

export function rangeOf(window: Window, now: number): Range {
  return window.kind === 'fixed'
    ? { from: window.from, to: window.to }
    : { from: now - LENGTH[window.preset], to: now };
}

/** The sensors with this one more or less; never more than fit. */
export function toggled(sensors: readonly string[], id: string): readonly string[] {
  if (sensors.includes(id)) return sensors.filter((each) => each !== id);
  return [...sensors, id].slice(0, MAX_COURSES);
}

/** A name for the cache; that of a rolling window does not hold the time. */
export function windowKey(window: Window): string {
  return window.kind === 'fixed' ? `${window.from}-${window.to}` : window.preset;
}

/** How often a rolling window is read again, ms; a fixed one never. */
export function renewMs(window: Window): number | false {
  return window.kind === 'fixed' ? false : Math.max(60_000, LENGTH[window.preset] / 240);
}

export type Move = 'in' | 'out' | 'earlier' | 'later';

/** The range after zooming to the middle by half, or going half its length to a side; never beyond now. */
export function moved({ from, to }: Range, move: Move, now: number): Window {
  const length = to - from;
  const by: Readonly<Record<Move, readonly [number, number]>> = {
    in: [length / 4, -length / 4],
    out: [-length / 2, length / 2],
    earlier: [-length / 2, -length / 2],
    later: [length / 2, length / 2],
  };
  const [start, end] = by[move];
  const wantedEnd = Math.min(to + end, now);
  const wantedStart = move === 'later' ? wantedEnd - length : from + start;
  if (wantedEnd - wantedStart < SHORTEST_MS) return { kind: 'fixed', from, to };
  return { kind: 'fixed', from: Math.round(wantedStart), to: Math.round(wantedEnd) };
}
