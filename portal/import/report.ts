/** What an import changed, or would change, as lines for a person. */
import type { ImportAnswer } from '#shared/model/api/rule.ts';

/** One file and what it changes. */
export interface Imported {
  readonly file: string;
  readonly answer: ImportAnswer;
}

const SIGN = { created: '+', updated: '~', removed: '-' } as const;
/** Longer lists are cut: the numbers above them tell the whole. */
const MAX_CHANGES = 200;

export function reportOf({ file, answer }: Imported, dryRun: boolean): readonly string[] {
  const { created, updated, removed, unchanged, changes } = answer;
  const more = changes.length - MAX_CHANGES;
  return [
    `${file}: ${created} created, ${updated} updated, ${removed} removed, ${unchanged} unchanged${dryRun ? ' (dry run: nothing was changed)' : ''}`,
    ...changes
      .slice(0, MAX_CHANGES)
      .flatMap(({ kind, id, change, fields }) => [
        `  ${SIGN[change]} ${kind} ${id}`,
        ...fields.map(({ path, before, after }) => `      ${path}: ${valueOf(before)} → ${valueOf(after)}`),
      ]),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

function valueOf(value: unknown): string {
  if (value === undefined || value === null) return '(none)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
