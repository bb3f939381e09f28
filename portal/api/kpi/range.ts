/** The range figures are asked for. */
import { invalid } from '../problems.ts';

const DAY_MS = 24 * 3_600_000;
/** ISA-18.2 wants 30 days at least to judge by. */
const DEFAULT_DAYS = 30;

/** [from, to) in epoch ms; default the last 30 days. Throws a problem where it is turned round or longer than `mostDays`. */
export function rangeOf(
  query: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
  mostDays: number,
): { readonly from: number; readonly to: number } {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const from = query.from === undefined ? to - DEFAULT_DAYS * DAY_MS : Date.parse(query.from);
  if (from >= to) throw invalid([{ path: 'query.to', message: 'lies before `from` or is the same' }]);
  if (to - from > mostDays * DAY_MS) {
    throw invalid([{ path: 'query.from', message: `is more than ${mostDays} days before \`to\`: ask for less` }]);
  }
  return { from, to };
}
