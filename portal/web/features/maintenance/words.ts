/** When a maintenance window holds, as a sentence: "Jeden Samstag ab 22:00 Uhr, 4 h lang, vom 28.11.2026 an". */
import type { MaintenanceAnswer } from '#shared/model/api/maintenance.ts';
import { durationMs } from '#shared/model/duration.ts';
import { span as wholeSpan } from '#shared/model/figures.ts';
import { readRule } from '#shared/model/service/recurrence-rule.ts';
import type { Language } from '#portal/web/i18n/language.ts';
import { span, time } from '#portal/web/ui/format/time.ts';
import { dayMs, WEEKDAYS, type Weekday, weekdayName, weekdayOf } from './weekdays.ts';

const DAY = 86_400_000;

type Planned = Pick<MaintenanceAnswer, 'start' | 'duration'> & { readonly rrule?: string | null | undefined };

/** Undefined where its rule is one of those that only programs write. */
export function scheduleWords({ start, duration, rrule }: Planned, language: Language): string | undefined {
  const de = language === 'de';
  const at = de ? `ab ${start.slice(11, 16)} Uhr` : `from ${start.slice(11, 16)}`;
  const ms = durationMs(duration);
  const long = ms % DAY === 0 ? wholeSpan(ms, language) : span(language, ms);
  const held = de ? `${long} lang` : `for ${long}`;
  const first = date(start, language);
  if (rrule == null) return `${de ? 'Einmalig am' : 'Once, on'} ${first} ${at}, ${held}`;
  const { parts } = readRule(rrule);
  const how = frequencyWords(parts, start, language);
  if (how === undefined) return undefined;
  const begin = de ? `vom ${first} an` : `beginning ${first}`;
  return [`${how} ${at}`, held, begin, ...endWords(parts, language)].join(', ');
}

function endWords(parts: ReadonlyMap<string, string>, language: Language): string[] {
  const de = language === 'de';
  const until = parts.get('UNTIL');
  const count = parts.get('COUNT');
  if (until !== undefined) {
    const day = date(`${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`, language);
    return [de ? `bis ${day}` : `until ${day}`];
  }
  if (count !== undefined) return [de ? `${count}-mal` : count === '1' ? 'once' : `${count} times`];
  return [];
}

const SAID = new Set(['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'UNTIL', 'COUNT', 'WKST']);

function frequencyWords(parts: ReadonlyMap<string, string>, start: string, language: Language): string | undefined {
  if ([...parts.keys()].some((name) => !SAID.has(name))) return undefined;
  const every = Number(parts.get('INTERVAL') ?? 1);
  const [days, monthDay] = [parts.get('BYDAY'), parts.get('BYMONTHDAY')];
  switch (parts.get('FREQ')) {
    case 'DAILY':
      return days === undefined && monthDay === undefined ? dailyWords(every, language) : undefined;
    case 'WEEKLY':
      return monthDay === undefined ? weeklyWords(every, days ?? weekdayOf(start), language) : undefined;
    case 'MONTHLY':
      return monthlyWords(every, days, monthDay ?? String(Number(start.slice(8, 10))), language);
    default:
      return undefined;
  }
}

function dailyWords(every: number, language: Language): string {
  if (language === 'de') return every === 1 ? 'Täglich' : `Alle ${every} Tage`;
  return every === 1 ? 'Daily' : `Every ${every} days`;
}

function weeklyWords(every: number, byDay: string, language: Language): string | undefined {
  const days = byDay.split(',');
  if (!days.every(isWeekday)) return undefined;
  const names = listed(
    days.map((day) => weekdayName(day, language)),
    language,
  );
  if (language === 'de') return every === 1 ? `Jeden ${names}` : `Alle ${every} Wochen am ${names}`;
  return every === 1 ? `Every ${names}` : `Every ${every} weeks on ${names}`;
}

function monthlyWords(
  every: number,
  byDay: string | undefined,
  monthDay: string,
  language: Language,
): string | undefined {
  const de = language === 'de';
  const months = de
    ? every === 1
      ? 'Jeden Monat'
      : `Alle ${every} Monate`
    : every === 1
      ? 'Every month'
      : `Every ${every} months`;
  if (byDay === undefined) {
    if (!/^\d+$/.test(monthDay)) return undefined;
    return de ? `${months} am ${monthDay}.` : `${months} on day ${monthDay}`;
  }
  const [, place, day = ''] = /^(-1|[1-4])([A-Z]{2})$/.exec(byDay) ?? [];
  if (place === undefined || !isWeekday(day)) return undefined;
  const name = weekdayName(day, language);
  if (de) return `${months} am ${place === '-1' ? 'letzten' : `${place}.`} ${name}`;
  return `${months} on the ${ORDINALS[place] ?? 'last'} ${name}`;
}

const ORDINALS: Readonly<Record<string, string>> = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth' };

function isWeekday(text: string): text is Weekday {
  return WEEKDAYS.some((each) => each === text);
}

function listed(names: readonly string[], language: Language): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(names);
}

function date(wall: string, language: Language): string {
  return time(language, 'UTC', dayMs(wall), 'date');
}
