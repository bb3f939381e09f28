/** What a message yields while it is being read. */
import { describe } from './quote.ts';
import { rejectOf } from './reject.ts';
import { readTime } from './time.ts';
import type {
  ConnectionReport,
  MachineEvent,
  Reject,
  RejectReason,
  Snapshot,
  StateReport,
  Telemetry,
} from './types.ts';

type Readings = { sensor: string; value: number }[];
type OpenSnapshot = Snapshot & { readonly readings: Readings };

export class Draft implements Telemetry {
  readonly machine: string;
  readonly snapshots: Snapshot[] = [];
  readonly events: MachineEvent[] = [];
  readonly states: StateReport[] = [];
  readonly connections: ConnectionReport[] = [];
  readonly sequence: number[] = [];
  readonly rejects: Reject[] = [];
  readonly #at: number;
  readonly #byTime = new Map<number, OpenSnapshot>();
  #open: OpenSnapshot | undefined;

  constructor(machine: string, at: number) {
    this.machine = machine;
    this.#at = at;
  }

  /** The time an object gives itself, else the time of receipt; a string says what is wrong with it. */
  time(object: object): number | string {
    return Object.hasOwn(object, 'ts') ? readTime((object as { ts: unknown }).ts) : this.#at;
  }

  /** Keeps the number an object gives itself, by which what is missing before it is found. */
  number(object: object, path: string): void {
    if (!Object.hasOwn(object, 'seq')) return;
    const { seq } = object as { seq: unknown };
    if (Number.isSafeInteger(seq) && (seq as number) >= 0) this.sequence.push(seq as number);
    else
      this.reject(
        'wrong-shape',
        `${describe(seq)} where "seq" should be; count 0, 1, 2, …`,
        path === '' ? 'seq' : `${path}.seq`,
      );
  }

  /** Keeps a reading; false where its value or time cannot be used and `refuse` must tell so. */
  keep(sensor: string, value: unknown, ts: number | string): boolean {
    if (typeof ts !== 'number' || typeof value !== 'number' || !Number.isFinite(value)) return false;
    this.#readingsAt(ts).push({ sensor, value });
    return true;
  }

  refuse(sensor: string, value: unknown, ts: number | string, path: string): void {
    if (typeof ts === 'string') this.reject('bad-time', ts, path, sensor);
    else this.reject('not-a-number', notANumber(value), path, sensor);
  }

  reject(reason: RejectReason, detail: string, path: string, sensor?: string): void {
    this.rejects.push(rejectOf(this.machine, reason, detail, sensor, path));
  }

  /** One snapshot a time, in order of first appearance. */
  #readingsAt(ts: number): Readings {
    if (this.#open?.ts === ts) return this.#open.readings;
    let snapshot = this.#byTime.get(ts);
    if (!snapshot) {
      snapshot = { machine: this.machine, ts, readings: [] };
      this.#byTime.set(ts, snapshot);
      this.snapshots.push(snapshot);
    }
    this.#open = snapshot;
    return snapshot.readings;
  }
}

function notANumber(value: unknown): string {
  if (typeof value === 'number') return 'the value is larger than any number that can be kept; check the source';
  const said = `${describe(value)}, not a number`;
  if (typeof value === 'boolean') return `${said}; send 1 or 0`;
  if (typeof value !== 'string' || value.trim() === '') return `${said}; send a plain number`;
  return Number.isFinite(Number(value))
    ? `${said}; send ${Number(value)} without quotes`
    : `${said}; leave the sensor out while it has no value`;
}
