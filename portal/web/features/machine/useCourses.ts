import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { type LiveReading, useReadings } from '#portal/web/app/live.tsx';
import { machine as machineQuery, type Readings, readings } from '#portal/web/api/queries.ts';
import { appendPoints } from '#portal/web/ui/charts/append.ts';
import { withReadings } from './live.ts';
import { rangeOf, renewMs, type Window, windowKey } from './view.ts';

/** As many as can be told apart on a wide screen. */
const BUCKETS = 360;

/** The courses that are shown, and what arrives of them meanwhile. */
export function useCourses(machine: string, sensors: readonly string[], window: Window) {
  const client = useQueryClient();
  const options = readings(machine, sensors, windowKey(window), () => rangeOf(window, Date.now()), BUCKETS);
  const asked = useQuery({
    ...options,
    refetchInterval: renewMs(window),
    staleTime: window.kind === 'fixed' ? 300_000 : 30_000,
    placeholderData: keepPreviousData,
  });
  const rolling = window.kind === 'rolling';
  const shown = useRef(options.queryKey);
  useEffect(() => {
    shown.current = options.queryKey;
  });
  const take = useCallback(
    (arrived: readonly LiveReading[]) => {
      if (rolling) client.setQueryData<Readings>(shown.current, (known) => known && grown(known, arrived));
    },
    [client, rolling],
  );
  useReadings(machine, sensors, take);
  return asked;
}

/** Keeps the last values of all sensors of a machine up to date while its page is open. */
export function useLastValues(machine: MachineAnswer): void {
  const client = useQueryClient();
  const id = machine.id;
  const take = useCallback(
    (arrived: readonly LiveReading[]) => {
      client.setQueryData<MachineAnswer>(machineQuery(id).queryKey, (known) => known && withReadings(known, arrived));
    },
    [client, id],
  );
  useReadings(
    id,
    machine.sensors.map((sensor) => sensor.id),
    take,
  );
}

function grown(known: Readings, arrived: readonly LiveReading[]): Readings {
  const width = known.bucketMs;
  if (width === null) return known;
  const sensors = { ...known.sensors };
  let { to } = known;
  for (const [id, course] of Object.entries(known.sensors)) {
    const points = arrived
      .filter((reading) => reading.sensor === id)
      .map(({ t, value }) => ({ t: Date.parse(t), value }));
    if (points.length === 0) continue;
    to = Math.max(to, ...points.map(({ t }) => t));
    sensors[id] = {
      ...course,
      buckets: [...appendPoints(course.buckets ?? [], points, originOf(course.buckets, known.from), width)],
    };
  }
  const moved = to - known.to;
  return { ...known, sensors, from: known.from + moved, to };
}

/** Buckets keep the grid of the last full reading, though the range has moved on since. */
function originOf(buckets: readonly { readonly t: string }[] | undefined, from: number): number {
  const first = buckets?.[0];
  return first ? Date.parse(first.t) : from;
}
