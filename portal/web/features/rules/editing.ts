/** What every input of the sentence needs to know: what can be named, and what is wrong where. */
import { createContext, useContext } from 'react';
import type { MachineModel } from '#shared/model/plant.ts';
import type { Names } from '#portal/web/ui/why/words.ts';

export interface Told {
  readonly path: string;
  readonly words: string;
}

export interface Editing {
  /** The models the rule could be for as it stands. */
  readonly models: readonly MachineModel[];
  readonly names: Names;
  readonly told: readonly Told[];
}

const EditingContext = createContext<Editing | undefined>(undefined);
export const EditingProvider = EditingContext.Provider;

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (!editing) throw new Error('no rule is being written here');
  return editing;
}

/** What is wrong at a place itself. */
export function toldAt(told: readonly Told[], path: string): readonly Told[] {
  return told.filter((each) => each.path === path);
}

/** What is wrong at a place or below it. */
export function toldBelow(told: readonly Told[], path: string): readonly Told[] {
  return told.filter(
    (each) => each.path === path || (each.path.startsWith(path) && /^[.[]/.test(each.path.slice(path.length))),
  );
}
