/** The reason of an alarm as one sentence with its numbers: "Lagertemperatur 96,4 °C, 20,5 % über Toleranz". */
import { figure, type Language, percent, quantity, span } from './figures.ts';
import type { Change, Ended, Fact, Reason } from './reason.ts';
import type { Aggregate } from './rule.ts';
import { stateWord } from './state.ts';
import { type Text, textIn } from './text.ts';

/** Name of a sensor where the plant gives it one. */
export type SensorNames = (sensor: string) => Text | undefined;

type Of<T extends Fact['test']> = Extract<Fact, { test: T }>;
type SensorFact = Extract<Fact, { sensor: string }>;

const SHOWN = 2;

/** The sentence in German and in English, for what is kept. */
export function sentences(reason: Reason, names: SensorNames): { de: string; en: string } {
  return { de: sentenceOf(reason, 'de', names), en: sentenceOf(reason, 'en', names) };
}

/** One sentence, without a full stop; numbers as the language writes them. */
export function sentenceOf(reason: Reason, language: Language, names: SensorNames): string {
  const { ended, change, fact } = reason;
  if (ended === undefined) return factSentence(fact, language, names);
  const what = ENDED[ended][language];
  return change === undefined ? what : what + changeOf(change, ended, language);
}

const ENDED: Readonly<Record<Ended, Readonly<Record<Language, string>>>> = {
  'rule-removed': { de: 'Die Regel wurde entfernt', en: 'The rule was removed' },
  'rule-off': { de: 'Die Regel wurde ausgeschaltet', en: 'The rule was switched off' },
  'rule-pilot': { de: 'Die Regel läuft jetzt im Pilotbetrieb', en: 'The rule runs as a pilot now' },
  'rule-live': { de: 'Die Regel ist jetzt scharf', en: 'The rule is live now' },
  'rule-changed': { de: 'Die Regel wurde geändert', en: 'The rule was changed' },
  'rule-out-of-scope': { de: 'Die Regel gilt hier nicht mehr', en: 'The rule does not apply here any more' },
  'tolerance-changed': { de: 'Die Toleranz wurde geändert', en: 'The tolerance was changed' },
  'sensor-changed': { de: 'Der Sensor wurde anders beschrieben', en: 'The sensor was described anew' },
  'sensor-removed': { de: 'Der Sensor wurde entfernt', en: 'The sensor was removed' },
  'machine-removed': { de: 'Die Maschine wurde entfernt', en: 'The machine was removed' },
};

/** Which version, by whom and why: " (Version 3, Lena Leitung: zu viele Meldungen)". Plants have no version a person knows. */
function changeOf({ ruleVersion, author, why }: Change, ended: Ended, language: Language): string {
  const version = ended.startsWith('rule-') && ruleVersion !== undefined ? `Version ${ruleVersion}` : undefined;
  const word = language === 'de' || version === undefined ? version : version.toLowerCase();
  const who = [word, author].filter((part) => part != null).join(', ');
  const told = [who, why].filter((part) => part != null && part !== '').join(': ');
  return told === '' ? '' : ` (${told})`;
}

/** What one fact says; a combination names what decided, two facts at most. */
export function factSentence(fact: Fact, language: Language, names: SensorNames): string {
  switch (fact.test) {
    case 'all':
    case 'any':
    case 'sequence':
      return combined(fact, language, names);
    case 'not':
      return factSentence(fact.of[0], language, names);
    case 'event':
      return event(fact, language);
    case 'state':
      return state(fact, language);
    case 'outside':
    case 'above':
    case 'below':
    case 'changes':
    case 'frozen':
    case 'silent':
    case 'trend':
    case 'deviates':
      return sensorSentence(fact, textIn(names(fact.sensor), language, fact.sensor), language);
  }
}

function combined(fact: Of<'all' | 'any' | 'sequence'>, language: Language, names: SensorNames): string {
  const decided = fact.of.filter((part) => part.verdict === fact.verdict);
  const parts = decided.length > 0 ? decided : fact.of;
  // Measured values say more than the state they were measured in.
  const told = [...parts.filter((part) => part.test !== 'state'), ...parts.filter((part) => part.test === 'state')];
  const shown = told.slice(0, SHOWN).map((part) => factSentence(part, language, names));
  const more = told.length - shown.length;
  const link = fact.test === 'sequence' ? (language === 'de' ? '; dann ' : '; then ') : '; ';
  return shown.join(link) + (more > 0 ? rest(more, language) : '');
}

function rest(more: number, language: Language): string {
  if (language === 'de') return more === 1 ? '; und 1 weitere Bedingung' : `; und ${more} weitere Bedingungen`;
  return more === 1 ? '; and 1 more condition' : `; and ${more} more conditions`;
}

function event(fact: Of<'event'>, language: Language): string {
  const within = span(fact.windowMs, language);
  if (fact.count === 0)
    return language === 'de' ? `Kein Ereignis ${fact.event} in ${within}` : `No event ${fact.event} in ${within}`;
  const name = language === 'de' ? `Ereignis ${fact.event}` : `Event ${fact.event}`;
  if (fact.needed === 1 && fact.count === 1) return name;
  return language === 'de' ? `${name} ${fact.count}-mal in ${within}` : `${name} ${fact.count} times in ${within}`;
}

function state(fact: Of<'state'>, language: Language): string {
  const de = language === 'de';
  const name = de ? 'Betriebszustand' : 'State';
  const quoted = (told: string): string => (de ? `„${stateWord(told, 'de')}“` : `“${stateWord(told, 'en')}”`);
  if (fact.reported === undefined) return `${name} ${de ? 'unbekannt' : 'unknown'}`;
  if (fact.verdict === true) return `${name} ${quoted(fact.reported)}`;
  return `${name} ${quoted(fact.reported)}, ${de ? 'nicht' : 'not'} ${quoted(fact.state)}`;
}

function sensorSentence(fact: SensorFact, name: string, language: Language): string {
  if (fact.verdict === null)
    return language === 'de' ? `${name}: kein aktueller Messwert` : `${name}: no current reading`;
  switch (fact.test) {
    case 'outside':
      return `${measured(fact, name, language)}, ${outside(fact, language)}`;
    case 'above':
    case 'below':
      return `${measured(fact, name, language)}, ${beyond(fact, language)}`;
    case 'changes':
      return changes(fact, name, language);
    case 'frozen':
      return frozen(fact, name, language);
    case 'silent':
      return silent(fact, name, language);
    case 'trend':
      return trend(fact, name, language);
    case 'deviates':
      return deviates(fact, name, language);
  }
}

const AGGREGATE: Readonly<Record<Aggregate, Readonly<Record<Language, string>>>> = {
  mean: { de: 'Mittel', en: 'mean' },
  min: { de: 'Minimum', en: 'minimum' },
  max: { de: 'Maximum', en: 'maximum' },
  range: { de: 'Spannweite', en: 'range' },
  stddev: { de: 'Standardabweichung', en: 'standard deviation' },
};

/** Name and value: "Druck 8,2 bar", "Druck (Mittel über 10 min) 8,2 bar". */
function measured(fact: Of<'outside' | 'above' | 'below'>, name: string, language: Language): string {
  const window =
    fact.windowMs === undefined ? '' : ` ${language === 'de' ? 'über' : 'over'} ${span(fact.windowMs, language)}`;
  const subject = fact.aggregate ? `${name} (${AGGREGATE[fact.aggregate][language]}${window})` : name;
  return fact.value === undefined ? subject : `${subject} ${quantity(fact.value, fact.unit, language)}`;
}

function outside(fact: Of<'outside'>, language: Language): string {
  const { excess, allowed, side } = fact;
  if (excess === undefined) return language === 'de' ? 'außerhalb der Toleranz' : 'outside tolerance';
  if (excess <= 0) return language === 'de' ? 'in der Toleranz' : 'within tolerance';
  const much = percent(excess, language, allowed);
  if (side === 'low') return language === 'de' ? `${much} unter Toleranz` : `${much} below tolerance`;
  return language === 'de' ? `${much} über Toleranz` : `${much} above tolerance`;
}

function beyond(fact: Of<'above' | 'below'>, language: Language): string {
  const limit = quantity(fact.limit, fact.unit, language);
  const above = fact.test === 'above';
  if (fact.verdict === false) {
    if (language === 'de') return `nicht ${above ? 'über' : 'unter'} ${limit}`;
    return `not ${above ? 'above' : 'below'} ${limit}`;
  }
  if (language === 'de') return `${above ? 'über' : 'unter'} dem Grenzwert ${limit}`;
  return `${above ? 'above' : 'below'} the limit of ${limit}`;
}

function changes(fact: Of<'changes'>, name: string, language: Language): string {
  const within = span(fact.windowMs, language);
  if (fact.verdict === false || fact.change === undefined) {
    const by = quantity(fact.by, fact.unit, language);
    return language === 'de'
      ? `${name} in ${within} um weniger als ${by} geändert`
      : `${name} changed by less than ${by} in ${within}`;
  }
  const by = quantity(Math.abs(fact.change), fact.unit, language);
  const rising = fact.direction === 'up' || (fact.direction === 'either' && fact.change > 0);
  if (language === 'de') return `${name} in ${within} um ${by} ${rising ? 'gestiegen' : 'gefallen'}`;
  return `${name} ${rising ? 'rose' : 'fell'} by ${by} in ${within}`;
}

function frozen(fact: Of<'frozen'>, name: string, language: Language): string {
  if (fact.verdict === false) return language === 'de' ? `${name} ändert sich wieder` : `${name} changes again`;
  const lasted = fact.since !== undefined && fact.at !== undefined ? fact.at - fact.since : fact.windowMs;
  const time = span(Math.max(lasted, fact.windowMs), language);
  const value = fact.value === undefined ? '' : ` ${quantity(fact.value, fact.unit, language)}`;
  return language === 'de' ? `${name} seit ${time} unverändert${value}` : `${name} unchanged${value} for ${time}`;
}

function silent(fact: Of<'silent'>, name: string, language: Language): string {
  if (fact.verdict === false) return language === 'de' ? `${name} meldet wieder` : `${name} reports again`;
  const time = span(fact.windowMs, language);
  return language === 'de' ? `${name} seit ${time} ohne Messwert` : `${name} without a reading for ${time}`;
}

function trend(fact: Of<'trend'>, name: string, language: Language): string {
  const limit = quantity(fact.limit, fact.unit, language);
  if (fact.verdict === false) {
    const within = span(fact.withinMs, language);
    return language === 'de'
      ? `${name} erreicht ${limit} nicht in den nächsten ${within}`
      : `${name} will not reach ${limit} within ${within}`;
  }
  const value = fact.value === undefined ? '' : ` ${quantity(fact.value, fact.unit, language)}`;
  const left = fact.reachesAt !== undefined && fact.at !== undefined ? fact.reachesAt - fact.at : 0;
  if (left <= 0)
    return language === 'de'
      ? `${name}${value}, Grenzwert ${limit} erreicht`
      : `${name}${value}, limit of ${limit} reached`;
  const time = span(left, language);
  return language === 'de'
    ? `${name}${value}, erreicht ${limit} in etwa ${time}`
    : `${name}${value}, reaches ${limit} in about ${time}`;
}

function deviates(fact: Of<'deviates'>, name: string, language: Language): string {
  const value = fact.value === undefined ? '' : ` ${quantity(fact.value, fact.unit, language)}`;
  const much = figure(Math.abs(fact.deviation ?? fact.sigmas), language);
  return language === 'de'
    ? `${name}${value}, ${much} σ vom Üblichen`
    : `${name}${value}, ${much} σ from what is usual`;
}
