/**
 * Somebody who works on cases while the house falls apart: says a word and plans a next step again and again, and where no answer
 * comes sends the very same once more, with its key or the revision that was read, until one comes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#shared/database/database.ts';
import type { Login } from '#test/stories/assembly.ts';
import { type Answer, Browser } from '#test/portal/browser.ts';

const EVERY_MS = 60;
const PATIENCE_MS = 2_000;

interface CaseRead {
  readonly id: string;
  readonly revision: number;
  readonly timeline: readonly { readonly detail?: { readonly nextStep?: string } }[];
}

/** A portal moves to another port when it comes back. */
interface WhereItIs {
  ready(): { readonly portal?: string };
}

export class Clerk {
  readonly #portal: WhereItIs;
  readonly #login: Login;
  readonly #done = new Set<string>();
  readonly #refused = new Set<string>();
  #browser: Browser | undefined;
  #base = '';
  #said = 0;
  #repeats = 0;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(portal: WhereItIs, login: Login) {
    this.#portal = portal;
    this.#login = login;
  }

  /** What the portal took, and how often something was sent once more. */
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

  /** What is there more or less than once, though the portal took it; and what is there though it refused it. */
  async problems({ kysely }: Database): Promise<readonly string[]> {
    const rows = await kysely.selectFrom('case_event').select('detail').where('actor', 'is not', null).execute();
    const found = new Map<string, number>();
    for (const { detail } of rows) {
      const text = String(detail['text'] ?? detail['nextStep']);
      if (/^(word|step) /.test(text)) found.set(text, (found.get(text) ?? 0) + 1);
    }
    return [
      ...[...this.#done]
        .filter((word) => found.get(word) !== 1)
        .map((word) => `"${word}" is there ${found.get(word) ?? 0} times`),
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
      if (found === undefined) continue;
      await this.#say(found.id, `word ${this.#said}`);
      await this.#plan(found.id, `step ${this.#said++}`);
    }
  }

  /** A word bears a key of its own; a next step the revision it was decided on. */
  async #say(id: string, text: string): Promise<void> {
    const { status } = await this.#ask('POST', `/cases/${id}/comment`, { body: { text, key: text } });
    if (status !== 200) throw new Error(`the portal answers ${status} to a word`);
    this.#done.add(text);
  }

  async #plan(id: string, nextStep: string): Promise<void> {
    const { revision } = (await this.#ask<CaseRead>('GET', `/cases/${id}`)).body;
    const once = { body: { nextStep }, headers: { 'if-match': `"${revision}"` } };
    const { status } = await this.#ask('POST', `/cases/${id}/assign`, once);
    // 409: somebody else was first, or it was taken and its answer lost. Then it is in the timeline, and only once.
    if (status === 200) this.#done.add(nextStep);
    else if (status !== 409) throw new Error(`the portal answers ${status} to a next step`);
    else if (await this.#isThere(id, nextStep)) this.#done.add(nextStep);
    else this.#refused.add(nextStep);
  }

  async #isThere(id: string, nextStep: string): Promise<boolean> {
    const { timeline } = (await this.#ask<CaseRead>('GET', `/cases/${id}`)).body;
    return timeline.some(({ detail }) => detail?.nextStep === nextStep);
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
      const { status } = await withPatience(browser.logIn(this.#login.username, this.#login.password));
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
