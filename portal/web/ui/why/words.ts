/** A rule as a sentence a person can read: what must be true, for how long, and what is in danger then. */
import { figure, type Language, percent, quantity, span } from '#shared/model/figures.ts';
import { durationMs } from '#shared/model/duration.ts';
import { stateClause } from '#shared/model/state.ts';
import { AGGREGATES, type Aggregate, type Condition, type Rule } from '#shared/model/rule.ts';

/** Names as the plant gives them; ids where it gives none. */
export interface Names {
  readonly sensor: (id: string) => { readonly name: string; readonly unit?: string | undefined };
  readonly component: (id: string) => string;
}

/** "Wenn Lagertemperatur um mehr als 20 % außerhalb der Toleranz liegt, mindestens 5 min, dann ist Spindellager in Ausfallgefahr." */
export function ruleWords(rule: Rule, language: Language, names: Names): string {
  const when = conditionWords(rule.when, language, names);
  const delay = rule.for !== undefined && durationMs(rule.for) > 0 ? span(durationMs(rule.for), language) : undefined;
  const held = delay === undefined ? '' : language === 'de' ? `, mindestens ${delay} lang` : `, for at least ${delay}`;
  const part = rule.endangers === undefined ? undefined : names.component(rule.endangers);
  return language === 'de'
    ? `Wenn ${when}${held}, dann ${consequenceDe(rule, part)}.`
    : `If ${when}${held}, then ${consequenceEn(rule, part)}.`;
}

function consequenceDe({ severity }: Rule, part: string | undefined): string {
  const subject = part ?? 'das Aggregat';
  switch (severity) {
    case 'danger':
      return `ist ${subject} in Ausfallgefahr`;
    case 'warning':
      return `arbeitet ${subject} außerhalb der Spezifikation`;
    case 'notice':
      return `hat ${subject} Wartungsbedarf`;
  }
}

function consequenceEn({ severity }: Rule, part: string | undefined): string {
  const subject = part ?? 'the component';
  switch (severity) {
    case 'danger':
      return `${subject} is in danger of failing`;
    case 'warning':
      return `${subject} is out of specification`;
    case 'notice':
      return `${subject} needs maintenance`;
  }
}

/** One condition as a clause: "Lagertemperatur um mehr als 20 % außerhalb der Toleranz liegt". */
export function conditionWords(condition: Condition, language: Language, names: Names): string {
  const de = language === 'de';
  const inner = (each: Condition): string => conditionWords(each, language, names);
  if ('all' in condition) return condition.all.map(inner).join(de ? ' und ' : ' and ');
  if ('any' in condition) return condition.any.map(inner).join(de ? ' oder ' : ' or ');
  if ('not' in condition)
    return de ? `nicht gilt, dass ${inner(condition.not)}` : `it is not true that ${inner(condition.not)}`;
  if ('sequence' in condition) {
    const within = span(durationMs(condition.within), language);
    const steps = condition.sequence.map(inner).join(de ? ', dann ' : ', then ');
    return de ? `innerhalb von ${within} nacheinander: ${steps}` : `within ${within} in this order: ${steps}`;
  }
  if ('event' in condition) {
    const count = condition.count ?? 1;
    const within = span(durationMs(condition.within ?? '1m'), language);
    if (count === 1) return de ? `das Ereignis ${condition.event} auftritt` : `event ${condition.event} occurs`;
    return de
      ? `das Ereignis ${condition.event} in ${within} mindestens ${count}-mal auftritt`
      : `event ${condition.event} occurs at least ${count} times in ${within}`;
  }
  if ('state' in condition) return stateClause(condition.state, language);
  return sensorWords(condition, language, names);
}

type SensorCondition = Extract<Condition, { readonly sensor: string }>;

function sensorWords(condition: SensorCondition, language: Language, names: Names): string {
  const de = language === 'de';
  const { name, unit } = names.sensor(condition.sensor);
  const time = (duration: string): string => span(durationMs(duration), language);
  if ('changes' in condition) {
    const { by, within, direction = 'either' } = condition.changes;
    const verb = de
      ? { up: 'steigt', down: 'fällt', either: 'sich ändert' }[direction]
      : { up: 'rises', down: 'falls', either: 'changes' }[direction];
    const much = quantity(by, unit, language);
    return de
      ? `${name} in ${time(within)} um mindestens ${much} ${verb}`
      : `${name} ${verb} by at least ${much} in ${time(within)}`;
  }
  if ('frozen' in condition)
    return de
      ? `${name} ${time(condition.frozen)} lang denselben Wert meldet`
      : `${name} reports the same value for ${time(condition.frozen)}`;
  if ('silent' in condition)
    return de
      ? `${name} ${time(condition.silent)} lang nichts meldet`
      : `${name} reports nothing for ${time(condition.silent)}`;
  if ('trend' in condition) {
    const { over, reaches, within } = condition.trend;
    const limit = typeof reaches === 'number' ? quantity(reaches, unit, language) : limitWord(reaches, de);
    return de
      ? `${name} nach dem Trend der letzten ${time(over)} in höchstens ${time(within)} ${limit} erreicht`
      : `${name} by its trend over the last ${time(over)} reaches ${limit} within ${time(within)}`;
  }
  if ('deviates' in condition) {
    const much = figure(condition.deviates.sigmas, language);
    return de
      ? `${name} um mehr als ${much} σ vom Üblichen abweicht`
      : `${name} deviates by more than ${much} σ from what is usual`;
  }
  return limitWords(condition, language, name, unit);
}

function limitWord(side: 'high' | 'low', de: boolean): string {
  if (side === 'high') return de ? 'die obere Toleranzgrenze' : 'the upper tolerance limit';
  return de ? 'die untere Toleranzgrenze' : 'the lower tolerance limit';
}

const AGGREGATE_WORDS: Readonly<Record<Aggregate, Readonly<Record<Language, string>>>> = {
  mean: { de: 'im Mittel', en: 'on average' },
  min: { de: 'im kleinsten Wert', en: 'at its minimum' },
  max: { de: 'im größten Wert', en: 'at its maximum' },
  range: { de: 'in der Spannweite', en: 'in its range' },
  stddev: { de: 'in der Standardabweichung', en: 'in its standard deviation' },
};

type LimitCondition = Extract<SensorCondition, { readonly outside?: unknown }>;

function limitWords(condition: LimitCondition, language: Language, name: string, unit: string | undefined): string {
  const de = language === 'de';
  const aggregate = AGGREGATES.find((each) => condition[each] !== undefined);
  const window = aggregate === undefined ? undefined : condition[aggregate];
  const over =
    aggregate === undefined || window === undefined
      ? ''
      : ` ${AGGREGATE_WORDS[aggregate][language]} ${de ? 'über' : 'over'} ${span(durationMs(window), language)}`;
  const subject = `${name}${over}`;
  if (condition.outside !== undefined) {
    const allowed = Number.parseFloat(condition.outside);
    if (allowed === 0) return de ? `${subject} außerhalb der Toleranz liegt` : `${subject} is outside tolerance`;
    const much = percent(allowed, language);
    return de
      ? `${subject} um mehr als ${much} außerhalb der Toleranz liegt`
      : `${subject} is more than ${much} outside tolerance`;
  }
  if (condition.above !== undefined) {
    const limit = quantity(condition.above, unit, language);
    return de ? `${subject} über ${limit} liegt` : `${subject} is above ${limit}`;
  }
  const limit = quantity(condition.below ?? 0, unit, language);
  return de ? `${subject} unter ${limit} liegt` : `${subject} is below ${limit}`;
}
