/** A rule being written: one state that the sentence and the YAML text both show, and what is wrong with it. */
import { type ReadRule, readRuleText } from '#shared/files/read-rulebook.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import type { Draft } from './draft.ts';
import { yamlOf } from './yaml.ts';

export interface Writing {
  readonly draft: Draft;
  readonly text: string;
  /** The text was typed and does not read as a rule: the draft is of what could be read last. */
  readonly locked: boolean;
  readonly read: ReadRule;
  /** What can be reckoned and tried on the past already: id and texts may still be missing. Undefined: the sentence is not whole. */
  readonly trial: Rule | undefined;
}

/** What the house will not take although it reads: where, and which text says so. */
export interface Refusal {
  readonly path: 'id' | 'mode';
  readonly text: 'idTaken' | 'idFixed' | 'modeFixed' | 'modeNew';
}

export function begin(draft: Draft, plant: Plant): Writing {
  return fromSentence(draft, plant);
}

export function fromSentence(draft: Draft, plant: Plant): Writing {
  const text = yamlOf(draft);
  return { draft, text, locked: false, read: readRuleText(text, plant), trial: trialOf(draft, plant) };
}

export function fromText({ draft }: Writing, text: string, plant: Plant): Writing {
  const read = readRuleText(text, plant);
  const { rule } = read;
  return { draft: rule ?? draft, text, locked: !rule, read, trial: rule && trialOf(rule, plant) };
}

function trialOf({ applies, when, for: delay, clear, severity, endangers }: Draft, plant: Plant): Rule | undefined {
  const text = yamlOf({ id: 'trial', applies, when, for: delay, clear, severity, endangers });
  const { rule, problems } = readRuleText(text, plant);
  return problems.length === 0 ? rule : undefined;
}

/** A rule that is there keeps its id and its mode; one that is new takes an id of its own and begins without disturbing. */
export function refusals(
  rule: Rule | undefined,
  base: Rule | undefined,
  taken: ReadonlySet<string>,
): readonly Refusal[] {
  if (!rule) return [];
  const mode = rule.mode ?? 'live';
  if (base) {
    return [
      ...(rule.id === base.id ? [] : [{ path: 'id', text: 'idFixed' } as const]),
      ...(mode === (base.mode ?? 'live') ? [] : [{ path: 'mode', text: 'modeFixed' } as const]),
    ];
  }
  return [
    ...(taken.has(rule.id) ? [{ path: 'id', text: 'idTaken' } as const] : []),
    ...(mode === 'live' ? [{ path: 'mode', text: 'modeNew' } as const] : []),
  ];
}

/** What a rule begins as: everything usual is there, the sensor is missing. */
export const NEW_RULE: Draft = {
  id: null,
  title: null,
  mode: 'off',
  when: { sensor: null, outside: '20%' },
  for: '5m',
  severity: 'warning',
};

/** A rule to begin with that is like another one, but disturbs nobody. */
export function copyOf(rule: Rule, titled: (title: string) => string, taken: ReadonlySet<string>): Draft {
  const { title, ...rest } = rule;
  const named =
    title === undefined
      ? {}
      : typeof title === 'string'
        ? { title: titled(title) }
        : { title: Object.fromEntries(Object.entries(title).map(([language, text]) => [language, titled(text)])) };
  return { ...rest, ...named, id: freeId(rule.id, taken), mode: 'off' };
}

/** The id with the first number after it that no rule has. */
function freeId(id: string, taken: ReadonlySet<string>): string {
  const stem = id.slice(0, 58).replace(/-\d+$/, '');
  let number = 2;
  while (taken.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

/** A title as an id: "Öldruck zu hoch" is "oeldruck-zu-hoch". */
export function idFrom(title: string): string {
  return title
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 64)
    .replace(/-+$/, '');
}
