/**
 * How messages reach the house: a broker elsewhere to which we subscribe, or our own within this process. Both hold each
 * message until the sink has it on disk, and only then acknowledge it.
 */

export interface IncomingMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Time of receipt, epoch ms. */
  readonly at: number;
}

/**
 * Takes messages in order and resolves once they are durable; rejects when they are not, and the same ones are offered
 * again later. No messages at all asks whether there is room: rejects while storing fails.
 */
export type MessageSink = (messages: readonly IncomingMessage[]) => Promise<unknown>;

export interface SourceState {
  readonly connected: boolean;
  /** Since when this is so, epoch ms. */
  readonly since: number;
  /** One sentence for a person: connected to what, or why not and the mend. */
  readonly detail: string;
}

/** Something a person should know of, beside the state. */
export type SourceNotice =
  | {
      readonly kind: 'subscription-refused' | 'client-id-in-use' | 'storing-fails' | 'storing-again' | 'refused';
      readonly detail: string;
    }
  /** A machine sends more than it may, and is read more slowly. */
  | { readonly kind: 'slowed'; readonly detail: string; readonly machine: string; readonly perSecond: number }
  /** The broker has forgotten our session, and with it what it held since then (epoch ms). */
  | { readonly kind: 'session-lost'; readonly detail: string; readonly since: number }
  /** So many messages the broker has dropped for its subscribers, in all, since it was started: told when it changes, and once after a start. */
  | { readonly kind: 'broker-drops'; readonly detail: string; readonly total: number };

/** Counted since the start of the process, for metrics. */
export interface SourceCounts {
  /** Messages stored; acknowledged where their quality of service asks for it. */
  readonly stored: number;
  /** Messages from before the subscription (retained): old news, not stored. */
  readonly retained: number;
  /** Messages, logins and subscriptions that were not allowed. */
  readonly refused: number;
  /** Times the sink refused. */
  readonly failures: number;
}

export interface MessageSource {
  /** Begins; rejects only with what waiting does not mend (port in use). A broker that is away is waited for. */
  start(sink: MessageSink): Promise<void>;
  /** Takes no more, waits for what the sink has been given, and acknowledges that. */
  stop(): Promise<void>;
  /** Publishes for the house itself (simulated machines); resolves when the broker has the message, rejects where it has not. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
  state(): SourceState;
  counts(): SourceCounts;
  /** Returns how to stop listening. */
  onState(listener: (state: SourceState) => void): () => void;
  onNotice(listener: (notice: SourceNotice) => void): () => void;
}
