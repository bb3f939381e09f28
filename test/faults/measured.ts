/**
 * What a run has measured: told beside the test, and written into the table of test/faults/README.md between its marks, so that no
 * figure there is typed by hand. A run without CHAOS_TABLE only tells.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tell } from '#test/stories/tell.ts';

const README = path.resolve(import.meta.dirname, 'README.md');
const BEGIN = '<!-- measured: rows written by CHAOS_TABLE=1 npm run test:chaos -->';
const END = '<!-- end of measured -->';

export interface Measured {
  /** What was done, and what came of it. */
  readonly row: string;
  readonly figures: string;
}

/** Replaces the row of this name, or adds it. */
export async function measured(name: string, { row, figures }: Measured): Promise<void> {
  tell(`${row}: ${figures}`);
  if (process.env['CHAOS_TABLE'] !== '1') return;
  const text = await readFile(README, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${README} has no place for what was measured`);
  const lines = text.slice(from + BEGIN.length, to).split('\n');
  const head = lines.filter((line) => /^\| (run|---) \|/.test(line));
  const rows = lines.filter((line) => line.startsWith('| ') && !head.includes(line) && !line.startsWith(`| ${name} |`));
  const table = [...head, ...[...rows, `| ${name} | ${row} | ${figures} |`].toSorted()];
  await writeFile(README, `${text.slice(0, from)}${BEGIN}\n\n${table.join('\n')}\n\n${text.slice(to)}`);
}
