import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { StreamEvent } from '#shared/model/api/stream.ts';
import { Refresher } from '#portal/web/api/refresh.ts';
import type { StreamState } from '#portal/web/api/connection.ts';
import { hubOf } from '#portal/web/api/reach-hub.ts';
import { LiveStream } from '#portal/web/api/stream.ts';

const LiveContext = createContext<LiveStream | undefined>(undefined);

/** Takes part in the live stream while this person is logged in, and reads again what its events make stale. */
export function LiveProvider({ person, children }: { readonly person: string; readonly children: ReactNode }) {
  const client = useQueryClient();
  const [stream] = useState(() => new LiveStream(hubOf(person)));
  useEffect(() => {
    const refresher = new Refresher(client);
    const silence = stream.listen((event) => refresher.note(event));
    stream.start();
    return () => {
      stream.stop();
      silence();
      refresher.stop();
    };
  }, [stream, client]);
  return <LiveContext value={stream}>{children}</LiveContext>;
}

function useStream(): LiveStream {
  const stream = useContext(LiveContext);
  if (!stream) throw new Error('LiveProvider is missing above this component');
  return stream;
}

export function useStreamState(): StreamState {
  const stream = useStream();
  return useSyncExternalStore(stream.watch, stream.getState);
}

export type LiveReading = Extract<StreamEvent, { event: 'reading' }>['data'];

/** Readings are told at once where it was quiet, else gathered and told at most this often, ms: charts are dear to draw. */
const TELL_MS = 1_000;

/** Tells the new readings of these sensors of a machine. `onReadings` must be stable. */
export function useReadings(
  machine: string,
  sensors: readonly string[],
  onReadings: (readings: readonly LiveReading[]) => void,
): void {
  const stream = useStream();
  const key = sensors.join(',');
  useEffect(() => {
    if (key === '') return;
    let gathered: LiveReading[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let toldAt = -Infinity;
    /** Sensor → time of its newest reading: a connection that is opened again repeats it. */
    const newest = new Map<string, string>(key.split(',').map((sensor) => [sensor, '']));
    const tell = (): void => {
      timer = undefined;
      toldAt = performance.now();
      onReadings(gathered);
      gathered = [];
    };
    const leave = stream.want([...newest.keys()].map((sensor) => `${machine}/${sensor}`));
    const silence = stream.listen(({ event, data }) => {
      if (event !== 'reading' || data.machine !== machine || data.t <= (newest.get(data.sensor) ?? data.t)) return;
      newest.set(data.sensor, data.t);
      gathered.push(data);
      timer ??= setTimeout(tell, Math.max(TOGETHER_MS, toldAt + TELL_MS - performance.now()));
    });
    return () => {
      clearTimeout(timer);
      silence();
      leave();
    };
  }, [stream, machine, key, onReadings]);
}

/** Sensors of one message arrive one after the other. */
const TOGETHER_MS = 25;
