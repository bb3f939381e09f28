/** What an import would do: read, compared with what there is, nothing changed yet. */
import type { Configuration } from '#shared/database/queries/configuration.ts';
import { diffPlant, diffRulebook } from '#shared/files/diff.ts';
import type { FileProblem } from '#shared/files/problem.ts';
import { readPlant } from '#shared/files/read-plant.ts';
import { readRulebook } from '#shared/files/read-rulebook.ts';
import { danglingRules } from '#shared/files/references.ts';
import type { ImportAnswer } from '#shared/model/api/rule.ts';
import { EMPTY_PLANT, type Plant } from '#shared/model/plant.ts';
import type { Rulebook } from '#shared/model/rule.ts';
import { invalid, type ProblemError } from '../problems.ts';

export interface PlannedImport {
  readonly next: { readonly plant: Plant } | { readonly rulebook: Rulebook };
  readonly answer: ImportAnswer;
}

/** Told what there is now, it says what would change. */
export type Planner = (before: Configuration | undefined) => PlannedImport;

/** The file is read at once; rules that name what the new plant lacks stay and watch nothing: the answer warns of them. */
export function plantPlanner(text: string, reserved: readonly string[]): Planner {
  const { plant, problems, warnings } = readPlant(text, 'plant.yaml', reserved);
  if (!plant) throw unreadable(problems);
  return (before) => {
    const dormant = before ? danglingRules(before.rulebook, plant) : [];
    const told = [
      ...warnings.map(sentence),
      ...dormant.map(({ rule, why }) => `Rule ${rule} will watch nothing: ${why}`),
    ];
    return { next: { plant }, answer: { ...diffPlant(before?.plant, plant), warnings: told } };
  };
}

/** Rules that name what the plant lacks are refused, so the file is read when the plant is known. */
export function rulesPlanner(text: string): Planner {
  return (before) => {
    const plant = before?.plant ?? EMPTY_PLANT;
    const { rulebook, problems, warnings } = readRulebook(text, 'rules.yaml', plant, { strict: true });
    if (!rulebook) throw unreadable(problems);
    const answer = { ...diffRulebook(before?.rulebook, rulebook), warnings: warnings.map(sentence) };
    return { next: { rulebook }, answer };
  };
}

function unreadable(problems: readonly FileProblem[]): ProblemError {
  const errors = problems.map(({ path, message, line, column }) => ({ path, message, line, column }));
  return invalid(errors, `Nothing was changed: ${errors.length} problem${errors.length === 1 ? '' : 's'} in the file.`);
}

function sentence({ line, path, message }: FileProblem): string {
  return `Line ${line}, ${path === '' ? 'file' : path}: ${message}`;
}
