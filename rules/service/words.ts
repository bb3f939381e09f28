/** What stands in a mail, in German and English. */
import { SEVERITY_WORDS } from '#shared/model/condition.ts';
import { parseDuration } from '#shared/model/duration.ts';
import type { Trouble } from '#shared/model/house.ts';
import { TROUBLE_WORDS } from '#shared/model/house-words.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { NoticeKind } from '#shared/model/service/notification.ts';
import { type Text, textIn } from '#shared/model/text.ts';

/** What of a case a notification tells, as it was then. */
export interface Subject {
  /** Its id. */
  readonly case: string;
  readonly number: number;
  readonly severity: Severity;
  readonly title: Text;
  readonly machine: Text;
  readonly customer: Text;
  readonly clock?: string;
  /** ISO 8601. */
  readonly dueAt?: string;
  /** A duration. */
  readonly after?: string;
}

/** What stands still in the house, and since when (ISO 8601). */
export interface HouseSubject {
  readonly what: Trouble;
  readonly since: string;
}

export type Notice =
  | { readonly kind: Exclude<NoticeKind, 'house-still' | 'house-again' | 'test'>; readonly about: Subject }
  | { readonly kind: 'house-still'; readonly about: HouseSubject }
  | { readonly kind: 'house-again'; readonly about: HouseSubject }
  | { readonly kind: 'test' };

/** `detail`: as the notification holds it. */
export function noticeOf(kind: NoticeKind, detail: Readonly<Record<string, unknown>>): Notice {
  if (kind === 'test') return { kind };
  if (kind === 'house-still' || kind === 'house-again') return { kind, about: detail as unknown as HouseSubject };
  return { kind, about: detail as unknown as Subject };
}

export interface Reader {
  readonly name: string;
  readonly language: string;
  readonly timezone: string;
}

export interface Letter {
  readonly subject: string;
  readonly text: string;
}

type Language = 'de' | 'en';

const CLOCK_WORDS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  'first-response': { de: 'Erste Reaktion', en: 'First response' },
  'next-update': { de: 'Nächste Rückmeldung', en: 'Next update' },
  solution: { de: 'Lösung', en: 'Solution' },
};

const WORDS = {
  de: {
    opened: (n: number, what: string) => `Neuer Servicefall ${n}: ${what}`,
    reopened: (n: number, what: string) => `Servicefall ${n} ist wieder offen: ${what}`,
    severity: (n: number, what: string) => `Servicefall ${n} ist jetzt schwerer: ${what}`,
    assigned: (n: number, what: string) => `Servicefall ${n} ist Ihnen zugewiesen: ${what}`,
    'sla-warning': (n: number, what: string, clock: string) => `Servicefall ${n}: ${clock} bald fällig, ${what}`,
    'sla-breach': (n: number, what: string, clock: string) => `Servicefall ${n}: ${clock} überfällig, ${what}`,
    escalation: (n: number, what: string) => `Bitte übernehmen Sie Servicefall ${n}: ${what}`,
    still: (what: string) => `Leitwarte: ${what}`,
    again: (what: string) => `Leitwarte: Behoben: ${what}`,
    since: (time: string) => `Seit ${time}.`,
    was: (time: string) => `Es läuft wieder. Gestört war es seit ${time}.`,
    works: (what: string) => `Es läuft weiter: ${what}`,
    test: 'Testnachricht von Leitwarte',
    testText: 'Diese Nachricht zeigt, dass E-Mails von Leitwarte bei Ihnen ankommen.',
    digest: (count: number) => `Leitwarte: ${count} Nachrichten`,
    waits: (time: string) => `Seit ${time} hat niemand den Fall übernommen.`,
    customer: 'Kunde',
    machine: 'Maschine',
    due: 'Fällig',
    hello: (name: string) => `Guten Tag ${name},`,
    how: 'Was Sie wie erhalten, stellen Sie im Portal ein.',
  },
  en: {
    opened: (n: number, what: string) => `New service case ${n}: ${what}`,
    reopened: (n: number, what: string) => `Service case ${n} is open again: ${what}`,
    severity: (n: number, what: string) => `Service case ${n} is more severe now: ${what}`,
    assigned: (n: number, what: string) => `Service case ${n} is assigned to you: ${what}`,
    'sla-warning': (n: number, what: string, clock: string) => `Service case ${n}: ${clock} due soon, ${what}`,
    'sla-breach': (n: number, what: string, clock: string) => `Service case ${n}: ${clock} overdue, ${what}`,
    escalation: (n: number, what: string) => `Please take service case ${n}: ${what}`,
    still: (what: string) => `Leitwarte: ${what}`,
    again: (what: string) => `Leitwarte: mended: ${what}`,
    since: (time: string) => `Since ${time}.`,
    was: (time: string) => `It goes on again. It was disturbed from ${time} on.`,
    works: (what: string) => `Still working: ${what}`,
    test: 'Test message from Leitwarte',
    testText: 'This message shows that e-mails from Leitwarte reach you.',
    digest: (count: number) => `Leitwarte: ${count} messages`,
    waits: (time: string) => `Nobody has taken the case for ${time}.`,
    customer: 'Customer',
    machine: 'Machine',
    due: 'Due',
    hello: (name: string) => `Hello ${name},`,
    how: 'What you receive and how is set in the portal.',
  },
} as const;

/** A mail that tells one thing, or many. `publicUrl` null: without links. */
export function letter(notices: readonly Notice[], reader: Reader, publicUrl: string | null): Letter {
  const language: Language = reader.language === 'en' ? 'en' : 'de';
  const words = WORDS[language];
  const parts = notices.map((notice) => part(notice, language, reader.timezone, publicUrl));
  const [only] = parts;
  const subject = parts.length === 1 && only ? only.subject : words.digest(parts.length);
  const bodies = parts.map((each) =>
    parts.length === 1
      ? each.lines.join('\n')
      : [`* ${each.subject}`, ...each.lines.map((line) => `  ${line}`)].join('\n'),
  );
  return { subject: oneLine(subject), text: `${[words.hello(reader.name), ...bodies, words.how].join('\n\n')}\n` };
}

interface Part {
  readonly subject: string;
  readonly lines: readonly string[];
}

/** Links to the page that shows the way of the messages. */
function housePart(
  { kind, about: { what, since } }: Extract<Notice, { kind: 'house-still' | 'house-again' }>,
  language: Language,
  timezone: string,
  publicUrl: string | null,
): Part {
  const words = WORDS[language];
  const { title, effect, works, mend } = TROUBLE_WORDS[what];
  const said = textIn(title, language);
  const time = timeIn(since, language, timezone);
  const link = publicUrl === null ? [] : [`${publicUrl}/operation`];
  if (kind === 'house-again') return { subject: words.again(said), lines: [words.was(time), ...link] };
  const lines = [
    words.since(time),
    textIn(effect, language),
    words.works(textIn(works, language)),
    textIn(mend, language),
    ...link,
  ];
  return { subject: words.still(said), lines };
}

function part(notice: Notice, language: Language, timezone: string, publicUrl: string | null): Part {
  const words = WORDS[language];
  if (notice.kind === 'house-still' || notice.kind === 'house-again')
    return housePart(notice, language, timezone, publicUrl);
  if (notice.kind === 'test') return { subject: words.test, lines: [words.testText] };
  const { kind, about } = notice;
  const machine = textIn(about.machine, language);
  const clock = CLOCK_WORDS[about.clock ?? '']?.[language] ?? '';
  const subject = words[kind](about.number, `${textIn(SEVERITY_WORDS[about.severity], language)}, ${machine}`, clock);
  const lines = [
    textIn(about.title, language),
    ...(about.after === undefined ? [] : [words.waits(spoken(about.after, language))]),
    `${words.customer}: ${textIn(about.customer, language)}`,
    `${words.machine}: ${machine}`,
    ...(about.dueAt === undefined ? [] : [`${words.due}: ${timeIn(about.dueAt, language, timezone)}`]),
    ...(publicUrl === null ? [] : [`${publicUrl}/cases/${about.case}`]),
  ];
  return { subject, lines };
}

function timeIn(iso: string, language: Language, timezone: string): string {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: timezone }).format(
    new Date(iso),
  );
}

const UNITS = [
  [86_400_000, { de: ['Tag', 'Tagen'], en: ['day', 'days'] }],
  [3_600_000, { de: ['Stunde', 'Stunden'], en: ['hour', 'hours'] }],
  [60_000, { de: ['Minute', 'Minuten'], en: ['minute', 'minutes'] }],
  [1_000, { de: ['Sekunde', 'Sekunden'], en: ['second', 'seconds'] }],
] as const;

/** `90m` as "90 Minuten", `2h` as "2 Stunden". */
function spoken(duration: string, language: Language): string {
  const ms = parseDuration(duration) ?? 0;
  const [size, names] = UNITS.find(([unit]) => ms >= unit && ms % unit === 0) ?? UNITS[3];
  const count = Math.round(ms / size);
  const [one, many] = names[language];
  return `${count} ${count === 1 ? one : many}`;
}

/** What machines and rules are named may hold anything; a subject is one line. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 200);
}
