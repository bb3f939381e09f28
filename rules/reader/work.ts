/** What a stretch of the journal yields for the database, gathered until it is committed with the reader's position. */
import type { NewReject, QualityCount } from '#shared/database/queries/rejects.ts';
import type { JournalRecord, Position } from '#shared/journal/port.ts';
import type { Reject } from '#shared/telemetry/types.ts';
import type { Samples } from './samples.ts';
import type { Noted } from '#rules/cases/broker-notes.ts';
import type { Excess } from '#rules/cases/excess.ts';
import { gather, type Run } from '#rules/cases/sequence.ts';
import type { Told } from '#rules/cases/told.ts';

/** So much of a payload is kept with a reject, bytes; and so many rejects of one message. */
const EXCERPT_BYTES = 2_048;
const REJECTS_A_MESSAGE = 50;
const DETAIL_LENGTH = 1_000;

/** In whose name is counted what machines nobody knows have sent; no id, so that no machine is called so. */
const STRANGERS = '~unknown';
const ENOUGH = ' (More of this kind in this minute are counted, but not kept one by one.)';

interface Rejecting {
  readonly knows: (machine: string) => boolean;
  readonly samples: Samples;
}

/** A standing alarm that cannot be judged, because readings are missing. */
export interface Doubtful {
  readonly machine: string;
  readonly rule: string;
  /** Epoch ms. */
  readonly since: number;
}

export class Work {
  readonly from: Position;
  /** Everything before this place is in. */
  to: Position;
  records = 0;
  /** Time of receipt of the newest record, epoch ms. */
  at = 0;
  /** Time of the newest tick, epoch ms, by which is judged what ends by itself; undefined without one. */
  tick: number | undefined;
  readonly told: Told[] = [];
  /** All standing alarms whose condition is unknown, where that has changed. */
  doubtful: readonly Doubtful[] | undefined;
  readonly rejects: NewReject[] = [];
  /** By reason, how much was set aside, kept one by one or not. */
  readonly setAside = new Map<string, number>();
  /** Machines that have sent too much, and of which it is time to tell. */
  readonly excess: Excess[] = [];
  readonly quality = new Map<string, QualityCount>();
  /** What machines counted, by machine. */
  readonly sequences = new Map<string, Run[]>();
  /** What ingest noted of the broker. */
  readonly notes: Noted[] = [];
  /** When the newest heartbeat of the house was received, epoch ms; undefined without one. */
  beat: number | undefined;
  /** Records that could not be judged, for the log. */
  readonly failures: { readonly position: Position; readonly error: unknown }[] = [];

  constructor(from: Position) {
    this.from = from;
    this.to = from;
  }

  /** The record is done with. */
  pass(record: JournalRecord): void {
    this.to = record.next;
    this.at = record.at;
    if (record.kind === 'tick') this.tick = record.at;
    this.records++;
  }

  /** Sets a whole record aside that met a mistake of ours. */
  fail(record: JournalRecord, error: unknown, samples: Samples): void {
    const { position, at, topic } = record;
    const detail = `could not be judged (${error instanceof Error ? error.message : String(error)}); this is a mistake of Leitwarte`;
    const payload = excerpt(record.payload);
    this.setAside.set('internal', (this.setAside.get('internal') ?? 0) + 1);
    if (samples.take(undefined, 'internal', at) === 'counted') return;
    this.failures.push({ position, error });
    this.rejects.push({
      position,
      ordinal: 0,
      at,
      machine: null,
      sensor: null,
      reason: 'internal',
      detail,
      topic,
      payload,
    });
  }

  reject(record: JournalRecord, rejects: readonly Reject[], { knows, samples }: Rejecting): void {
    const payload = rejects.length > 0 ? excerpt(record.payload) : '';
    for (const [ordinal, reject] of rejects.entries()) {
      const { machine, sensor, reason, count = 1 } = reject;
      // A machine nobody knows is anybody's word: it gets no counters of its own.
      const known = machine !== undefined && knows(machine) ? machine : undefined;
      this.count(known ?? STRANGERS, record.at, reason, count);
      this.setAside.set(reason, (this.setAside.get(reason) ?? 0) + count);
      if (reason === 'too-many' && known !== undefined && samples.tells(known, record.at))
        this.excess.push({ kind: 'set aside', machine: known, at: record.at, detail: reject.detail });
      if (ordinal >= REJECTS_A_MESSAGE) continue;
      const sample = samples.take(known, reason, record.at);
      if (sample === 'counted') continue;
      this.rejects.push({
        position: record.position,
        ordinal,
        at: record.at,
        machine: machine ?? null,
        sensor: sensor ?? null,
        reason,
        detail: withPath(reject).slice(0, DETAIL_LENGTH) + (sample === 'kept' ? '' : ENOUGH),
        topic: record.topic,
        payload,
      });
    }
  }

  /** Numbers that a machine gave what it sent. */
  sequence(machine: string, record: JournalRecord, numbers: readonly number[]): void {
    if (numbers.length === 0) return;
    const runs = this.sequences.get(machine) ?? [];
    this.sequences.set(machine, runs);
    for (const number of numbers) gather(runs, number, record.at, record.position);
  }

  /** Counts data of a machine that was not evaluated. */
  count(machine: string, at: number, what: string, more = 1): void {
    const hour = at - (at % 3_600_000);
    const key = `${hour} ${what} ${machine}`;
    const count = (this.quality.get(key)?.count ?? 0) + more;
    this.quality.set(key, { machine, at: hour, what, count });
  }
}

function withPath({ detail, path }: Reject): string {
  return path ? `${path}: ${detail}` : detail;
}

function excerpt(payload: Uint8Array): string {
  const text = Buffer.from(payload.subarray(0, EXCERPT_BYTES)).toString('utf8');
  return payload.length > EXCERPT_BYTES ? `${text}…` : text;
}
