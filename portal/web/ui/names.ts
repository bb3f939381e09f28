import { type Text, textIn } from '#shared/model/text.ts';

/** Name of a thing where it has one in this or another language, else its id. */
export function nameOf(thing: { readonly id: string; readonly name: Text | null }, language: string): string {
  return textIn(thing.name ?? undefined, language, thing.id);
}

/** A text that may be missing. */
export function textOr(text: Text | null | undefined, language: string, fallback: string): string {
  return textIn(text ?? undefined, language, fallback);
}
