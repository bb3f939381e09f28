/** What is wrong in a file, where, and the mend. */

export interface FileProblem {
  /** Name of the file, as the person gave it. */
  readonly file: string;
  /** Where in the structure: `models[0].sensors[2].tolerance.low`; empty for the file as a whole. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

/** One line a problem: `plant.yaml:12:7 models[0].id: …`. */
export function formatProblem({ file, line, column, path, message }: FileProblem): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`;
}

/** So many are told at most; a file with more was never meant to be read. */
export const MAX_PROBLEMS = 1000;
