/** Commands to mosquitto's dynamic-security plugin and their answers, over MQTT, by a user of the house that may give them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AccountsRefused } from '#shared/accounts/port.ts';
import { MqttLink } from './link.ts';
import { Listeners } from './listeners.ts';
import type { MqttConnection, MqttMessage, OpenMqtt } from './mqtt.ts';

export interface DynsecOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Certificates (PEM) of who may have signed the broker's. */
  readonly ca?: string;
  /** Epoch ms. */
  readonly now: () => number;
  readonly pauseMs?: number;
  /** How long it waits for the connection, and for an answer. */
  readonly patienceMs?: number;
  readonly open?: OpenMqtt;
}

export interface DynsecCommand {
  readonly command: string;
  readonly [member: string]: unknown;
}

export interface DynsecAnswer {
  readonly command: string;
  readonly error?: string;
  readonly data?: unknown;
}

const CONTROL = '$CONTROL/dynamic-security/v1';
const PATIENCE_MS = 4_000;
/** A broker takes no packet of any length; 128 kB is what we advise. */
const MOST_BYTES = 60_000;

export class DynsecControl {
  readonly #link: MqttLink;
  readonly #patienceMs: number;
  readonly #returns = new Listeners<undefined>();
  #ready: { readonly connection: MqttConnection; readonly allowed: boolean } | undefined;
  #pending: { readonly id: string; readonly answer: (answers: readonly DynsecAnswer[]) => void } | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #asked = 0;

  constructor({ patienceMs = PATIENCE_MS, ...options }: DynsecOptions) {
    this.#patienceMs = patienceMs;
    // Its user is its client id, as use_username_as_clientid would have it; a session would bring answers of the past.
    this.#link = new MqttLink(
      {
        ...options,
        clientId: options.username,
        keepaliveSeconds: 30,
        sessionSeconds: 0,
        loginSettings: 'MQTT_ADMIN_USER and MQTT_ADMIN_PASSWORD',
      },
      {
        opened: (connection) => void this.#opened(connection),
        message: (message, next) => this.#message(message, next),
        closed: () => {
          this.#ready = undefined;
        },
      },
    );
  }

  start(): void {
    this.#link.start();
  }

  async stop(): Promise<void> {
    await this.#link.stop();
  }

  /** Calls `listener` each time the broker can be commanded again. */
  onReturn(listener: () => void): () => void {
    return this.#returns.add(listener);
  }

  /**
   * The answers, one for each command, in order; an error of the plugin stands in its answer. Rejects with AccountsRefused
   * where there is no answer; commands may have taken effect then.
   */
  request(commands: readonly DynsecCommand[]): Promise<readonly DynsecAnswer[]> {
    const result = this.#turn.then(async () => {
      const answers: DynsecAnswer[] = [];
      for (const batch of inBatches(commands)) answers.push(...(await this.#ask(batch)));
      return answers;
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #ask(commands: readonly DynsecCommand[]): Promise<readonly DynsecAnswer[]> {
    const { connection, allowed } = await this.#connected();
    if (!allowed)
      throw new AccountsRefused('not-set-up', `The broker does not let MQTT_ADMIN_USER read ${CONTROL}. ${MEND}`);
    const id = String(++this.#asked);
    const [first, ...rest] = commands;
    const body = JSON.stringify({ commands: [{ ...first, correlationData: id }, ...rest] });
    const answered = new Promise<readonly DynsecAnswer[]>((answer) => {
      this.#pending = { id, answer };
    });
    const end = new AbortController();
    const late = sleep(this.#patienceMs, undefined, { signal: end.signal, ref: false }).catch(() => undefined);
    const refused = connection.publish(CONTROL, body).catch(() => undefined);
    const answers = await Promise.race([answered, late]);
    end.abort();
    this.#pending = undefined;
    if (answers !== undefined) return answers;
    if (this.#ready?.connection !== connection) throw new AccountsRefused('away', this.#link.state().detail);
    const reason = await Promise.race([refused, Promise.resolve(undefined)]);
    const why = reason === undefined ? '' : ` (${reason})`;
    throw new AccountsRefused('not-set-up', `The broker does not answer at ${CONTROL}${why}. ${MEND}`);
  }

  async #connected(): Promise<{ connection: MqttConnection; allowed: boolean }> {
    const until = Date.now() + this.#patienceMs;
    while (this.#ready === undefined && Date.now() < until) await sleep(20);
    if (this.#ready === undefined) throw new AccountsRefused('away', this.#link.state().detail);
    return this.#ready;
  }

  async #opened(connection: MqttConnection): Promise<void> {
    try {
      const refused = await connection.subscribe([`${CONTROL}/response`]);
      this.#ready = { connection, allowed: refused.length === 0 };
      this.#returns.tell(undefined);
    } catch {
      // The connection is over; the next one subscribes.
    }
  }

  #message({ payload, id }: MqttMessage, next: () => void): void {
    if (id !== 0) this.#ready?.connection.acknowledge([id]);
    next();
    const answers = readAnswers(payload.toString());
    if (this.#pending !== undefined && answers?.[0]?.correlationData === this.#pending.id)
      this.#pending.answer(answers);
  }
}

const MEND =
  'It needs mosquitto with the dynamic-security plugin (plugin mosquitto_dynamic_security.so), and MQTT_ADMIN_USER needs its role admin; docker-compose.yml shows both.';

function* inBatches(commands: readonly DynsecCommand[]): Generator<readonly DynsecCommand[]> {
  let batch: DynsecCommand[] = [];
  let bytes = 0;
  for (const command of commands) {
    const more = JSON.stringify(command).length;
    if (bytes + more > MOST_BYTES && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(command);
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}

function readAnswers(text: string): readonly (DynsecAnswer & { correlationData?: string })[] | undefined {
  try {
    return (JSON.parse(text) as { responses?: readonly DynsecAnswer[] }).responses;
  } catch {
    return undefined;
  }
}
