/**
 * Somebody who works on cases while the house falls apart: says a word of its own to a case again and again, and where no answer
 * comes sends the very same once more, with the revision that was read, until one comes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#shared/database/database.ts';
import { ADMIN_PASSWORD, type HouseProcess } from '#test/house/processes.ts';
import { type Answer, Browser } from '#test/portal/browser.ts';

const EVERY_MS = 150;
const PATIENCE_MS = 2_000;

interface CaseRead {
  readonly id: string;
  readonly revision: number;
  readonly timeline: readonly { readonly detail?: { readonly text?: string } }[];
}

export class Clerk {
  readonly #portal: HouseProcess;
  readonly #done = new Set<string>();
  readonly #refused = new Set<string>();
  #browser: Browser | undefined;
  #base = '';
  #said = 0;
  #repeats = 0;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(portal: HouseProcess) {
    this.#portal = portal;
  }

  /** Words the portal took, and how often one was sent once more. */
  get done(): number {
    return this.#done.size;
  }

  get repeats(): number {
    return this.#repeats;
  }

  start(): void {
    this.#running = this.#run();
    this.#running.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Words that are there more or less than once, though the portal said so; and words that are there though it refused them. */
  async problems({ kysely }: Database): Promise<readonly string[]> {
    const rows = await kysely.selectFrom('case_event').select('detail').where('kind', '=', 'comment').execute();
    const found = new Map<string, number>();
    for (const { detail } of rows) {
      const text = String(detail['text']);
      if (text.startsWith('word ')) found.set(text, (found.get(text) ?? 0) + 1);
    }
    return [
      ...[...this.#done]
        .filter((word) => found.get(word) !== 1)
        .map((word) => `"${word}" was said ${found.get(word)} times`),
      ...[...found.keys()]
        .filter((word) => this.#refused.has(word))
        .map((word) => `"${word}" was refused and is there`),
    ];
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await sleep(EVERY_MS);
      const { items } = (await this.#ask<{ items: readonly { id: string }[] }>('GET', '/cases?status=open&limit=50'))
        .body;
      const found = items[this.#said % Math.max(1, items.length)];
      if (found !== undefined) await this.#say(found.id, `word ${this.#said++}`);
    }
  }

  async #say(id: string, text: string): Promise<void> {
    const { body } = await this.#ask<CaseRead>('GET', `/cases/${id}`);
    const once = { body: { text }, headers: { 'if-match': `"${body.revision}"` } };
    const { status } = await this.#ask<CaseRead>('POST', `/cases/${id}/comment`, once);
    if (status === 200) {
      this.#done.add(text);
      return;
    }
    if (status !== 409) throw new Error(`the portal answers ${status} to a word`);
    // Somebody changed the case, or the word was taken and its answer lost: the case tells which.
    const now = (await this.#ask<CaseRead>('GET', `/cases/${id}`)).body;
    const isThere = now.timeline.some(({ detail }) => detail?.text === text);
    (isThere ? this.#done : this.#refused).add(text);
  }

  /** Asks until there is an answer: a portal that is gone gives none, one without its database says 503. */
  async #ask<T>(
    method: string,
    path: string,
    ask: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<T>> {
    for (let tries = 0; ; tries++) {
      if (tries > 0 && method === 'POST') this.#repeats++;
      try {
        const browser = await this.#entered();
        const answer = await withPatience(browser.ask<T>(method, path, ask));
        if (answer.status < 500) return answer;
      } catch {
        // No answer: it is asked again.
      }
      await sleep(EVERY_MS);
    }
  }

  /** Where the portal is now; a session outlives it. */
  async #entered(): Promise<Browser> {
    const base = this.#portal.ready().portal ?? '';
    if (this.#browser !== undefined && base === this.#base) return this.#browser;
    const browser = new Browser(base);
    if (this.#browser === undefined) {
      const { status } = await withPatience(browser.logIn('admin', ADMIN_PASSWORD));
      if (status !== 200) throw new Error(`log-in: ${status}`);
    } else Object.assign(browser, { cookie: this.#browser.cookie, csrf: this.#browser.csrf });
    this.#browser = browser;
    this.#base = base;
    return browser;
  }
}

async function withPatience<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  return Promise.race([
    answer,
    sleep(PATIENCE_MS).then(() => {
      throw new Error('no answer');
    }),
  ]);
}
