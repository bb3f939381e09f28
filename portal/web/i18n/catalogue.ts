import type { de } from './de.ts';

/** The same keys, with any texts. */
export type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

/** What every language must have: the keys of German, so that a missing text fails the types. */
export type Catalogue = Texts<typeof de>;
