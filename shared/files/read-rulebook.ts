/** rules.yaml: what is watched. Every problem is told at once; a file with one yields no rulebook. */
import type { Plant } from '../model/plant.ts';
import { type Rule, RULE_FIELDS, type Rulebook, SEVERITIES } from '../model/rule.ts';
import type { Text } from '../model/text.ts';
import { compact } from './compact.ts';
import { FileReader } from './field.ts';
import type { Field } from './value.ts';
import type { FileProblem } from './problem.ts';
import { readCondition } from './read-condition.ts';
import { readVersion } from './read-plant.ts';
import { ReferenceChecker } from './references.ts';
import { UniqueIds } from './unique.ts';

export interface ReadRulebook {
  /** Undefined where there are problems. */
  readonly rulebook?: Rulebook;
  readonly problems: readonly FileProblem[];
  /** What reads but is probably not meant. */
  readonly warnings: readonly FileProblem[];
}

const RULE_HINTS = {
  sensor: 'conditions stand in when: { sensor: … }',
  name: 'write title',
  level: 'write severity',
  enabled: 'write mode: live, pilot or off',
};

/**
 * Reads a rulebook from YAML or JSON text. `strict`: what a rule names must be in the plant; otherwise what is missing is a
 * warning and the rule watches nothing.
 */
export function readRulebook(
  text: string,
  fileName: string,
  plant: Plant,
  { strict }: { readonly strict: boolean },
): ReadRulebook {
  const reader = new FileReader(text, fileName);
  const rulebook = reader.root && readRoot(reader, reader.root, new ReferenceChecker(plant), strict);
  const { problems, warnings } = reader;
  return rulebook && problems.length === 0 ? { rulebook, problems, warnings } : { problems, warnings };
}

/** Reads one rule as the API has it; paths begin at the rule. */
export function readRule(
  value: unknown,
  plant: Plant,
): { readonly rule?: Rule; readonly problems: readonly FileProblem[]; readonly warnings: readonly FileProblem[] } {
  const { rulebook, problems, warnings } = readRulebook(
    JSON.stringify({ version: 1, rules: [value ?? {}] }),
    'rule',
    plant,
    { strict: true },
  );
  const below = (problem: FileProblem) => ({ ...problem, path: problem.path.replace(/^rules\[0\]\.?/, '') });
  const rule = rulebook?.rules[0];
  return { ...(rule ? { rule } : {}), problems: problems.map(below), warnings: warnings.map(below) };
}

export interface ReadRule {
  /** There where the text reads as a rule, even if it names what the plant does not have. */
  readonly rule?: Rule;
  readonly problems: readonly FileProblem[];
  readonly warnings: readonly FileProblem[];
}

/** Reads the text of one rule, as an item of `rules` without its dash; paths begin at the rule, lines at the text. */
export function readRuleText(text: string, plant: Plant): ReadRule {
  const reader = new FileReader(text, 'rule');
  const read = reader.root && readOne(reader, reader.root, new UniqueIds(reader, 'rule'));
  const whole = read?.whole === true && reader.problems.length === 0;
  if (read) checkReferences(reader, '', read.rule, new ReferenceChecker(plant), true);
  const { problems, warnings } = reader;
  return { ...(whole ? { rule: read.rule } : {}), problems, warnings };
}

function readRoot(reader: FileReader, root: Field, checker: ReferenceChecker, strict: boolean): Rulebook | undefined {
  const map = reader.mapping(root, 'a rulebook (version, rules)');
  if (!map) return undefined;
  if (map.has('machines') && !map.has('rules'))
    return reader.tell(root, 'is a file of a plant, not of rules: exchange the files');
  map.only(['version', 'rules']);
  readVersion(reader, map);
  const ids = new UniqueIds(reader, 'rule');
  const rules: Rule[] = [];
  map.need('rules', 'a list of rules, or rules: [] if there are none', (field) => {
    for (const item of reader.list(field, 'rules') ?? []) {
      const read = readOne(reader, item, ids);
      if (!read) continue;
      const { rule, whole } = read;
      if (whole) rules.push(rule);
      checkReferences(reader, `${item.path}.`, rule, checker, strict);
    }
  });
  return { version: 1, rules };
}

/** Holds what a rule names against the plant; `strict`: what is missing is a problem, else a warning. `base` stands before paths. */
function checkReferences(
  reader: FileReader,
  base: string,
  rule: Rule,
  checker: ReferenceChecker,
  strict: boolean,
): void {
  const { problems, warnings } = checker.check(rule);
  for (const { path, message } of problems) {
    const at = reader.locate(`${base}${path}`);
    if (strict) reader.tell(at, message);
    else reader.warn(at, message);
  }
  for (const { path, message } of warnings) reader.warn(reader.locate(`${base}${path}`), message);
}

/**
 * `whole` false: with problems told, but enough of it reads to hold it against the plant as well, so that nobody mends the file
 * twice.
 */
function readOne(reader: FileReader, field: Field, ids: UniqueIds): { rule: Rule; whole: boolean } | undefined {
  const map = reader.mapping(field, 'a rule')?.only(RULE_FIELDS, RULE_HINTS);
  if (!map) return undefined;
  const id = map.need('id', 'an id, such as spindle-bearing-hot', ids.read);
  const when = map.need('when', 'a condition, such as { sensor: bearing-temp, outside: 20% }', (f) =>
    readCondition(reader, f),
  );
  const severity = map.need('severity', 'severity: danger, warning or notice', (f) => reader.oneOf(f, SEVERITIES));
  const rest = {
    title: map.get('title', (f) => reader.name(f)),
    mode: map.get('mode', (f) => readMode(reader, f)),
    applies: map.get('applies', (f) => readApplies(reader, f)),
    for: map.get('for', (f) => reader.duration(f, false)),
    clear: map.get('clear', (f) => readClear(reader, f)),
    endangers: map.get('endangers', (f) => reader.id(f)),
    advice: map.get('advice', (f) => reader.name(f, 4000)),
    checklist: map.get('checklist', (f) => readChecklist(reader, f)),
  };
  if (when === undefined || (map.has('applies') && rest.applies === undefined)) return undefined;
  const { title, mode, applies, for: delay, clear, endangers, advice, checklist } = rest;
  const rule = compact<Rule>({
    id: id ?? '',
    title,
    mode,
    applies,
    when,
    for: delay,
    clear,
    severity: severity ?? 'notice',
    endangers,
    advice,
    checklist,
  });
  return { rule, whole: id !== undefined && severity !== undefined };
}

/** Other programs and YAML 1.1 write the word off as false. */
function readMode(reader: FileReader, field: Field): Rule['mode'] {
  if (reader.source(field) !== 'false') return reader.oneOf(field, ['live', 'pilot', 'off']);
  return reader.tell(field, "false is no mode: write mode: off (with quotes, 'off', where a program rewrites it)");
}

function readClear(reader: FileReader, field: Field): { for: string } | undefined {
  const map = reader.mapping(field, '{ for: 2m }')?.only(['for']);
  const delay = map?.need('for', 'the off-delay, such as { for: 2m }', (f) => reader.duration(f, false));
  return delay === undefined ? undefined : { for: delay };
}

/** So many steps fit on a page; more are a handbook. */
const MOST_STEPS = 30;

function readChecklist(reader: FileReader, field: Field): Text[] | undefined {
  const items = reader.list(field, 'steps');
  if (items?.length === 0) return reader.tell(field, 'has no step: write one at least, or leave checklist out');
  if (items && items.length > MOST_STEPS)
    return reader.tell(field, `has ${items.length} steps: write ${MOST_STEPS} at most`);
  return items?.map((item) => reader.name(item, 300)).filter((step) => step !== undefined);
}

function readApplies(reader: FileReader, field: Field): Rule['applies'] {
  const map = reader.mapping(field, '{ model: … } or { machines: [ … ] }')?.only(['model', 'machines']);
  if (!map) return undefined;
  if (map.fields.size !== 1)
    return reader.tell(field, 'needs either model or machines: write one of them, or leave applies out');
  const model = map.get('model', (f) => reader.id(f));
  const machines = map.get('machines', (f) => {
    const items = reader.list(f, 'machine ids');
    if (items?.length === 0)
      return reader.tell(f, 'names no machine: write one at least, or leave applies out for all that have the sensors');
    const ids = items?.map((item) => reader.id(item));
    return ids?.every((id) => id !== undefined) ? ids : undefined;
  });
  if (model !== undefined) return { model };
  return machines && { machines };
}
