/** Starts the parts, again and again, and ends them in all ways there are. */
import { IngestProcess } from './ingest.ts';
import { RulesProcess } from './rules.ts';
import type { Site } from './site.ts';

type Part = 'ingest' | 'rules';

const AGAIN_MS = 1_000;
const STOP_WITHIN_MS = 9_000;

export class Supervisor {
  readonly #site: Site;
  /** Until when a part stays down, ms since the beginning. */
  readonly #downUntil: Record<Part, number> = { ingest: 0, rules: 0 };

  constructor(site: Site) {
    this.#site = site;
  }

  /** Looks after the parts from here on. */
  start(): void {
    this.#look();
    this.#site.world.every(100, () => this.#look());
  }

  kill(part: Part, downMs: number): void {
    const { ingest, rules, isOneProcess } = this.#site;
    if (part === 'ingest' || isOneProcess) {
      ingest?.process.kill();
      this.#down('ingest', downMs);
    }
    if (part === 'rules' || isOneProcess) {
      rules?.process.kill();
      this.#down('rules', downMs);
    }
  }

  cutPower(downMs: number): void {
    this.kill('ingest', downMs);
    this.kill('rules', downMs);
    this.#site.disk.losePower();
  }

  /** As SIGTERM does: all the time it needs up to a limit, then the end. */
  stop(part: Part, downMs: number): void {
    const { ingest, rules, isOneProcess, world } = this.#site;
    const parts = isOneProcess ? [rules, ingest] : [part === 'ingest' ? ingest : rules];
    for (const name of isOneProcess ? (['rules', 'ingest'] as const) : [part]) this.#down(name, Infinity);
    const ended = (): void => this.kill(part, downMs);
    const late = world.after(STOP_WITHIN_MS, ended);
    const all = parts.reduce((before, one) => before.then(() => one?.stop()), Promise.resolve<void>(undefined));
    void all.then(
      () => {
        late.cancel();
        ended();
      },
      () => undefined,
    );
  }

  #down(part: Part, ms: number): void {
    this.#downUntil[part] = this.#site.world.elapsed + ms;
  }

  #look(): void {
    const { elapsed } = this.#site.world;
    const { ingest, rules } = this.#site;
    if (ingest?.process.alive !== true && elapsed >= this.#downUntil.ingest) this.#startIngest();
    // In one process the journal is open before anybody reads it.
    const mayRead = !this.#site.isOneProcess || this.#site.ingest?.isOpen === true;
    if (mayRead && rules?.process.alive !== true && elapsed >= this.#downUntil.rules) {
      this.#site.rules = new RulesProcess(this.#site);
      this.#site.rules.start();
    }
  }

  #startIngest(): void {
    const ingest = new IngestProcess(this.#site);
    this.#site.ingest = ingest;
    if (this.#site.isOneProcess) {
      this.#site.rules?.process.kill();
      this.#site.rules = undefined;
    }
    ingest.start().catch(() => {
      ingest.process.kill();
      if (this.#site.ingest === ingest) this.#down('ingest', AGAIN_MS);
    });
  }
}
