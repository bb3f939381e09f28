/** What of the rulebook is listed; all of it stands in the address. */
import type { PlantAnswer, RuleAnswer } from '#shared/model/api/rule.ts';
import { type Mode, SEVERITIES, type Severity } from '#shared/model/rule.ts';
import type { Language } from '#portal/web/i18n/language.ts';
import { ruleWords } from '#portal/web/ui/why/words.ts';
import { textOr } from '#portal/web/ui/names.ts';
import { sensorsNamed } from './draft.ts';
import { endangered, namesIn } from './plant.ts';

export const MODES: readonly Mode[] = ['live', 'pilot', 'off'];

export interface RuleFilter {
  readonly q?: string;
  readonly mode?: Mode;
  readonly severity?: Severity;
  readonly model?: string;
  readonly component?: string;
}

export function readFilter(params: URLSearchParams): RuleFilter {
  const [q, model, component] = ['q', 'model', 'component'].map((key) => params.get(key) || undefined);
  const mode = MODES.find((each) => each === params.get('mode'));
  const severity = SEVERITIES.find((each) => each === params.get('severity'));
  return {
    ...(q === undefined ? {} : { q }),
    ...(mode ? { mode } : {}),
    ...(severity ? { severity } : {}),
    ...(model === undefined ? {} : { model }),
    ...(component === undefined ? {} : { component }),
  };
}

export function writeFilter(
  now: URLSearchParams,
  change: { readonly [K in keyof RuleFilter]?: RuleFilter[K] | undefined },
): URLSearchParams {
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined || value === '') now.delete(key);
    else now.set(key, value);
  }
  return now;
}

/** A rule as its line needs it. */
export interface RuleRow {
  readonly rule: RuleAnswer;
  readonly title: string;
  readonly sentence: string;
  readonly component: string | undefined;
}

export function rowsOf(rules: readonly RuleAnswer[], plant: PlantAnswer, language: Language): readonly RuleRow[] {
  const modelById = new Map(plant.models.map((model) => [model.id, model]));
  return rules.map((rule) => {
    const own = rule.models.flatMap((id) => modelById.get(id) ?? []);
    const models = own.length > 0 ? own : plant.models;
    return {
      rule,
      title: textOr(rule.title, language, rule.id),
      sentence: ruleWords(rule, language, namesIn(models, language)),
      component: endangered(rule, sensorsNamed(rule.when)[0], models),
    };
  });
}

/** Every word that is looked for must stand in title, id or sentence. */
export function fits({ rule, title, sentence, component }: RuleRow, filter: RuleFilter, language: Language): boolean {
  if (filter.mode !== undefined && (rule.mode ?? 'live') !== filter.mode) return false;
  if (filter.severity !== undefined && rule.severity !== filter.severity) return false;
  if (filter.model !== undefined && !rule.models.includes(filter.model)) return false;
  if (filter.component !== undefined && component !== filter.component) return false;
  const text = `${rule.id} ${title} ${sentence}`.toLocaleLowerCase(language);
  const words = (filter.q ?? '').toLocaleLowerCase(language).split(/\s+/);
  return words.every((word) => text.includes(word));
}
