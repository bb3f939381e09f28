/** Every shortcut of the portal. The help lists them from here, and pages bind their actions by id. */
import type { de } from '#portal/web/i18n/de.ts';

export interface Shortcut {
  /** Keys in the order in which they are pressed, as KeyboardEvent.key names them. */
  readonly keys: readonly string[];
  readonly text: keyof typeof de.keys;
  readonly everywhere?: true;
}

export const SHORTCUTS = {
  'list.next': { keys: ['j'], text: 'next' },
  'list.previous': { keys: ['k'], text: 'previous' },
  'list.open': { keys: ['Enter'], text: 'open' },
  'list.back': { keys: ['Escape'], text: 'back' },
  'list.new': { keys: ['n'], text: 'showNew' },
  'case.acknowledge': { keys: ['a'], text: 'acknowledge' },
  'case.assign': { keys: ['i'], text: 'assignMe' },
  'case.comment': { keys: ['c'], text: 'comment' },
  'case.resolve': { keys: ['r'], text: 'resolve' },
  'case.machine': { keys: ['m'], text: 'machine' },
  'chart.in': { keys: ['+'], text: 'zoomIn' },
  'chart.out': { keys: ['-'], text: 'zoomOut' },
  'chart.earlier': { keys: ['ArrowLeft'], text: 'earlier' },
  'chart.later': { keys: ['ArrowRight'], text: 'later' },
  'chart.reset': { keys: ['0'], text: 'resetZoom' },
  search: { keys: ['/'], text: 'search' },
  'go.fleet': { keys: ['g', 'l'], text: 'goFleet', everywhere: true },
  'go.cases': { keys: ['g', 'f'], text: 'goCases', everywhere: true },
  'go.rules': { keys: ['g', 'r'], text: 'goRules', everywhere: true },
  'go.quality': { keys: ['g', 'd'], text: 'goQuality', everywhere: true },
  'go.operation': { keys: ['g', 'b'], text: 'goOperation', everywhere: true },
  'go.admin': { keys: ['g', 'v'], text: 'goAdmin', everywhere: true },
  help: { keys: ['?'], text: 'help', everywhere: true },
} as const satisfies Record<string, Shortcut>;

export type ShortcutId = keyof typeof SHORTCUTS;

/** A pause longer than this begins a sequence anew, ms. */
const SEQUENCE_MS = 1_200;

export interface Pressed {
  readonly keys: readonly string[];
  readonly at: number;
}

export type Match = { readonly id: ShortcutId } | { readonly pending: Pressed } | undefined;

/** What a key means among the shortcuts bound now, after the keys pressed before. */
export function match(bound: ReadonlySet<ShortcutId>, before: Pressed | undefined, key: string, at: number): Match {
  const fresh = before !== undefined && at - before.at <= SEQUENCE_MS ? [...before.keys, key] : [key];
  for (const keys of fresh.length > 1 ? [fresh, [key]] : [fresh]) {
    let pending = false;
    for (const id of bound) {
      const wanted: readonly string[] = SHORTCUTS[id].keys;
      if (!keys.every((pressed, i) => wanted[i] === pressed)) continue;
      if (wanted.length === keys.length) return { id };
      pending = true;
    }
    if (pending) return { pending: { keys, at } };
  }
  return undefined;
}
