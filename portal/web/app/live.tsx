import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { StreamEvent } from '#shared/model/api/stream.ts';
import { Refresher } from '#portal/web/api/refresh.ts';
import { LiveStream, type StreamState } from '#portal/web/api/stream.ts';

const LiveContext = createContext<LiveStream | undefined>(undefined);

/** Opens the live stream while somebody is logged in, and reads again what its events make stale. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [stream] = useState(() => new LiveStream());
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

/** Gathered readings are told at most this often, ms: charts are dear to draw. */
const TELL_MS = 1_000;

/** Tells the new readings of these sensors of a machine, gathered. `onReadings` must be stable. */
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
    const wanted = new Set(key.split(','));
    const leave = stream.want([...wanted].map((sensor) => `${machine}/${sensor}`));
    const silence = stream.listen((event) => {
      if (event.event === 'reading' && event.data.machine === machine && wanted.has(event.data.sensor))
        gathered.push(event.data);
    });
    const timer = setInterval(() => {
      if (gathered.length === 0) return;
      onReadings(gathered);
      gathered = [];
    }, TELL_MS);
    return () => {
      clearInterval(timer);
      silence();
      leave();
    };
  }, [stream, machine, key, onReadings]);
}
