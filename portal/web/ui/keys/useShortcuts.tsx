import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { match, type Pressed, type ShortcutId } from './registry.ts';

type Actions = { readonly [Id in ShortcutId]?: (() => void) | undefined };

interface Keyboard {
  readonly bind: (actions: { readonly current: Actions }) => () => void;
  /** What is bound now, for the help. */
  readonly bound: () => ReadonlySet<ShortcutId>;
  readonly on: boolean;
  readonly turn: (on: boolean) => void;
}

const KeyboardContext = createContext<Keyboard | undefined>(undefined);
const STORE = 'leitwarte.shortcuts';

/** Listens once for the whole page; inside inputs, with Ctrl, Alt or Meta, and in dialogs every key is left alone. */
export function KeyboardProvider({ children }: { readonly children: ReactNode }) {
  const [on, setOn] = useState(readPreference);
  const stack = useRef<{ readonly current: Actions }[]>([]);
  const before = useRef<Pressed | undefined>(undefined);

  const keyboard = useMemo<Keyboard>(
    () => ({
      bind(actions) {
        stack.current = [actions, ...stack.current];
        return () => {
          stack.current = stack.current.filter((each) => each !== actions);
        };
      },
      bound: () => boundIn(stack.current),
      on,
      turn(wanted) {
        keepPreference(wanted);
        setOn(wanted);
      },
    }),
    [on],
  );

  useEffect(() => {
    if (!on) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || belongsElsewhere(event)) return;
      const found = match(boundIn(stack.current), before.current, event.key, event.timeStamp);
      before.current = found && 'pending' in found ? found.pending : undefined;
      if (!found || 'pending' in found) return;
      const action = stack.current.map((each) => each.current[found.id]).find((each) => each !== undefined);
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [on]);

  return <KeyboardContext value={keyboard}>{children}</KeyboardContext>;
}

export function useKeyboard(): Keyboard {
  const keyboard = useContext(KeyboardContext);
  if (!keyboard) throw new Error('KeyboardProvider is missing above this component');
  return keyboard;
}

/** Binds actions to shortcuts while the component is shown; an undefined action is not bound. */
export function useShortcuts(actions: Actions): void {
  const { bind } = useKeyboard();
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => bind(current), [bind]);
}

function boundIn(stack: readonly { readonly current: Actions }[]): ReadonlySet<ShortcutId> {
  const ids = new Set<ShortcutId>();
  for (const { current } of stack) {
    for (const [id, action] of Object.entries(current)) if (action) ids.add(id as ShortcutId);
  }
  return ids;
}

/** Keys that a control of the page wants for itself. */
function belongsElsewhere(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.closest(
      'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"]',
    )
  )
    return true;
  const button = target.closest('button, a, [role="tab"], [role="radio"]') !== null;
  return button && (event.key === 'Enter' || event.key.startsWith('Arrow'));
}

function readPreference(): boolean {
  try {
    return localStorage.getItem(STORE) !== 'off';
  } catch {
    return true;
  }
}

function keepPreference(on: boolean): void {
  try {
    localStorage.setItem(STORE, on ? 'on' : 'off');
  } catch {
    // Storage is switched off: the choice lasts for this visit.
  }
}
