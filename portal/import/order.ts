/** What the command `import` was asked to do: its files, read and told apart by what stands in them. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { kindOfFile } from '#shared/files/kind.ts';
import { formatProblem } from '#shared/files/problem.ts';
import { readPlant } from '#shared/files/read-plant.ts';
import { readRulebook } from '#shared/files/read-rulebook.ts';
import { EMPTY_PLANT, type Plant } from '#shared/model/plant.ts';

export const USAGE = 'npm run -s import -- [--dry-run] plant.yaml rules.yaml';

/** A file by the name the person gave it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

export interface Order {
  readonly dryRun: boolean;
  readonly plant: (NamedText & { readonly read: Plant }) | undefined;
  /** Checked against the plant of this order, where there is one; else only as far as possible without. */
  readonly rules: NamedText | undefined;
}

/** The command cannot do what it was asked; one line a problem. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
  readonly problems: readonly string[];
  /** One of two files is imported all the same. */
  readonly partly: boolean;
  constructor(problems: readonly string[], partly = false) {
    super(problems.join('\n'));
    this.problems = problems;
    this.partly = partly;
  }
}

/** Reads arguments and files; `reserved` are no names of machines. Throws ImportRefused with every problem of all files. */
export async function readOrder(args: readonly string[], reserved: readonly string[]): Promise<Order> {
  const { dryRun, names } = readArguments(args);
  const problems: string[] = [];
  const files = await Promise.all(names.map((name) => load(name, problems)));
  const known = files.flatMap((file) => (file ? [{ ...file, kind: kindOfFile(file.text) }] : []));
  for (const kind of ['plant', 'rules'] as const) {
    const same = known.filter((file) => file.kind === kind).map((file) => file.name);
    if (same.length > 1)
      problems.push(`${same.join(' and ')} both hold ${kind === 'plant' ? 'a plant' : 'rules'}: name one of them`);
  }
  // What is neither is read as the plant, or as the rules where there is a plant: its reader says what is missing.
  const plantFile = known.find((file) => file.kind === 'plant');
  const rulesFile = known.find((file) => file.kind === 'rules');
  const [stranger, another] = known.filter((file) => file.kind === undefined);
  const plantText = plantFile ?? stranger;
  const rulesText = rulesFile ?? (plantFile ? stranger : another);
  const plant = plantText && readPlant(plantText.text, plantText.name, reserved);
  problems.push(...(plant?.problems ?? []).map(formatProblem));
  if (rulesText) {
    const strict = plant?.plant !== undefined;
    const rules = readRulebook(rulesText.text, rulesText.name, plant?.plant ?? EMPTY_PLANT, { strict });
    problems.push(...rules.problems.map(formatProblem));
  }
  if (problems.length > 0) throw new ImportRefused(problems);
  return {
    dryRun,
    plant: plantText && plant?.plant && { name: plantText.name, text: plantText.text, read: plant.plant },
    rules: rulesText && { name: rulesText.name, text: rulesText.text },
  };
}

function readArguments(args: readonly string[]): { dryRun: boolean; names: readonly string[] } {
  try {
    const options = { 'dry-run': { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length === 0) throw new ImportRefused(['name a plant, rules, or both', `usage: ${USAGE}`]);
    if (positionals.length > 2)
      throw new ImportRefused(['name two files at most: a plant and rules', `usage: ${USAGE}`]);
    return { dryRun: values['dry-run'] === true, names: positionals };
  } catch (error) {
    if (error instanceof ImportRefused) throw error;
    throw new ImportRefused([(error as Error).message, `usage: ${USAGE}`]);
  }
}

async function load(name: string, problems: string[]): Promise<NamedText | undefined> {
  try {
    return { name, text: await readFile(name, 'utf8') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const words: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'is a folder, not a file',
      EACCES: 'may not be read; check its permissions',
    };
    problems.push(`${name}: ${words[code ?? ''] ?? `cannot be read (${message})`}`);
    return undefined;
  }
}
