/**
 * The cases that one transaction touches. Each is found or opened in the database once; what its alarms do to it after that is
 * reckoned in memory and written at the end, all cases together.
 */
import type { Transaction } from '#shared/database/database.ts';
import { standingIn } from '#shared/database/queries/alarms.ts';
import { copyChecklist } from '#shared/database/queries/case-checklist.ts';
import { endShelving, wakeShelved } from '#shared/database/queries/case-due.ts';
import { casesById, type Figures, knownPlaces, placeKey, writeFigures } from '#shared/database/queries/case-figures.ts';
import { linkToOlder } from '#shared/database/queries/case-links.ts';
import {
  addCaseEvents,
  addOccurrence,
  lockPlace,
  type NewCaseEvent,
  openCase,
  type Place,
  reopenRecent,
  type ServiceCase,
} from '#shared/database/queries/cases.ts';
import { OPEN_STATUSES } from '#shared/model/case.ts';
import { SEVERITIES, type Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import type { CaseLimits } from './limits.ts';

/** What a case gets: an alarm, or the entry of a flood. */
export interface Coming extends Place {
  /** Its id. */
  readonly what: string;
  /** Of an alarm. */
  readonly rule?: { readonly id: string; readonly version: number };
  readonly severity: Severity;
  readonly customer: string;
  readonly title: Text;
  /** Epoch ms. */
  readonly at: number;
}

/** A case as it stands within the transaction. */
interface Page {
  readonly id: string;
  readonly customer: string;
  open: boolean;
  severity: Severity;
  highest: Severity;
  title: Text | null;
  more: number;
  lastAt: Date;
  changed: boolean;
  /** The row while it is shelved. */
  shelved: ServiceCase | undefined;
  /** Severities of its standing alarms, by their id. */
  readonly standing: Map<string, Severity>;
}

export class CaseBook {
  readonly #tx: Transaction;
  readonly #limits: CaseLimits;
  readonly #pages = new Map<string, Page>();
  /** Page of the case of a place that takes alarms. */
  readonly #places = new Map<string, Page>();
  /** Places that were looked up: whether an open case takes their alarms; undefined where there never was any case. */
  readonly #known = new Map<string, 'open' | 'none' | undefined>();
  readonly #events: NewCaseEvent[] = [];
  /** Cases of which the portal must learn, with their customer. */
  readonly touched = new Map<string, string>();

  constructor(tx: Transaction, limits: CaseLimits) {
    this.#tx = tx;
    this.#limits = limits;
  }

  /** Reads at once what is needed for these places and cases. */
  async prepare(places: readonly Place[], cases: readonly string[]): Promise<void> {
    const wanted = places.filter((place) => !this.#known.has(placeKey(place)));
    const found = await knownPlaces(this.#tx, wanted);
    for (const place of wanted) this.#known.set(placeKey(place), found.get(placeKey(place)));
    await this.#open(cases);
  }

  /** One more occurrence for the case of a place, found or opened; answers its id. */
  async place(coming: Coming): Promise<string> {
    const key = placeKey(coming);
    const known = this.#places.get(key);
    const page = known ?? (await this.#find(coming));
    this.#places.set(key, page);
    if (known) {
      page.more++;
      page.lastAt = new Date(coming.at);
      page.changed = true;
    }
    await this.#wake(page, coming);
    return page.id;
  }

  /** One more alarm or flood of the case stands: the severity is the highest, and the title tells of the one that set it. */
  raise(caseId: string, { what, severity, title, at }: Coming): void {
    const page = this.#page(caseId);
    page.standing.delete(what);
    const others = [...page.standing.values()];
    page.standing.set(what, severity);
    if (others.every((other) => highest([other, severity]) !== other)) page.title = title;
    this.#setSeverity(page, highest([...others, severity]), at);
    page.changed = true;
  }

  /** An alarm less stands: the severity may fall; the last one stays when none stands any more. */
  fall(caseId: string, what: string, at: number): void {
    const page = this.#page(caseId);
    page.standing.delete(what);
    if (page.open && page.standing.size > 0) this.#setSeverity(page, highest([...page.standing.values()]), at);
  }

  /** Reads a case that was not prepared; answers whether somebody may still work on it. */
  async read(caseId: string): Promise<boolean> {
    if (!this.#pages.has(caseId)) await this.#open([caseId]);
    return this.#page(caseId).open;
  }

  /** Whether a place that was prepared has an open case that takes its alarms. */
  takesAlarms(place: Place): boolean {
    const key = placeKey(place);
    return this.#places.has(key) || this.#known.get(key) === 'open';
  }

  /** An entry of the case's timeline. */
  note(
    caseId: string,
    at: number,
    kind: NewCaseEvent['kind'],
    detail: NewCaseEvent['detail'],
    options: NoteOptions = {},
  ) {
    const { actor = null, visibility = 'internal' } = options;
    this.touched.set(caseId, this.#page(caseId).customer);
    this.#events.push({ caseId, at: new Date(at), actor, kind, visibility, detail });
  }

  async write(): Promise<void> {
    const figures = [...this.#pages.values()].filter(({ changed }) => changed).map(figuresOf);
    await writeFigures(this.#tx, figures);
    await addCaseEvents(this.#tx, this.#events);
  }

  async #open(ids: readonly string[]): Promise<void> {
    const wanted = ids.filter((id) => !this.#pages.has(id));
    if (wanted.length === 0) return;
    for (const row of await casesById(this.#tx, wanted)) this.#pages.set(row.id, pageOf(row));
    for (const { id, severity, case_id } of await standingIn(this.#tx, wanted))
      this.#pages.get(case_id)?.standing.set(id, severity);
  }

  async #find(coming: Coming): Promise<Page> {
    const { at, severity } = coming;
    const { reopenWithinMs, absorbForMs } = this.#limits;
    await lockPlace(this.#tx, coming);
    await this.prepare([coming], []);
    if (this.#known.get(placeKey(coming)) === undefined) return this.#openCase(coming);
    const open = await addOccurrence(this.#tx, coming, new Date(at), new Date(at - absorbForMs));
    const found = open ?? (await reopenRecent(this.#tx, coming, new Date(at), new Date(at - reopenWithinMs)));
    if (!found) return this.#openCase(coming);
    await this.#open([found.id]);
    const page = this.#page(found.id);
    page.open = true;
    if (!open) this.note(page.id, at, 'reopened', { severity }, { visibility: 'customer' });
    return page;
  }

  async #openCase(coming: Coming): Promise<Page> {
    const { at, severity, rule } = coming;
    const row = await openCase(this.#tx, { ...coming, at: new Date(at) });
    const page = pageOf(row);
    this.#pages.set(page.id, page);
    this.note(page.id, at, 'opened', { severity }, { visibility: 'customer' });
    if (rule) await copyChecklist(this.#tx, page.id, rule.id, rule.version);
    if (this.#known.get(placeKey(coming)) === undefined) return page;
    const older = await linkToOlder(this.#tx, row, new Date(at));
    if (older) this.touched.set(older.id, older.customer);
    return page;
  }

  /** A worse alarm than a case was shelved with ends its shelving, where that was not over already. */
  async #wake(page: Page, { what, severity, at }: Coming): Promise<void> {
    const { shelved } = page;
    if (shelved && shelved.shelved_until !== null && shelved.shelved_until.getTime() <= at) {
      page.shelved = undefined;
      await endShelving(this.#tx, new Date(at), page.id);
      return;
    }
    if (!shelved || highest([shelved.shelved_severity ?? shelved.highest_severity, severity]) !== severity) return;
    if (severity === (shelved.shelved_severity ?? shelved.highest_severity)) return;
    page.shelved = undefined;
    await wakeShelved(this.#tx, shelved, { alarm: what, severity, at: new Date(at) });
  }

  #setSeverity(page: Page, after: Severity, at: number): void {
    if (after === page.severity) return;
    this.note(page.id, at, 'severity', { from: page.severity, to: after }, { visibility: 'customer' });
    page.severity = after;
    page.highest = highest([page.highest, after]);
    page.changed = true;
  }

  #page(id: string): Page {
    const page = this.#pages.get(id);
    if (!page) throw new RangeError(`the case ${id} is not open in the book`);
    return page;
  }
}

interface NoteOptions {
  /** Id of the account; left out: the system. */
  readonly actor?: string | null;
  readonly visibility?: NewCaseEvent['visibility'];
}

function pageOf(row: ServiceCase): Page {
  return {
    id: row.id,
    customer: row.customer,
    open: OPEN_STATUSES.includes(row.status),
    severity: row.severity,
    highest: row.highest_severity,
    title: null,
    more: 0,
    lastAt: row.last_at,
    changed: false,
    shelved: row.status === 'shelved' ? row : undefined,
    standing: new Map(),
  };
}

function figuresOf({ id, more, lastAt, severity, highest: highestSeverity, title }: Page): Figures {
  return { id, more, last_at: lastAt, severity, highest_severity: highestSeverity, title };
}

function highest(severities: readonly Severity[]): Severity {
  return SEVERITIES.find((severity) => severities.includes(severity)) ?? 'notice';
}
