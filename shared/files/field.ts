/** Reads values out of a parsed file and tells every problem with its path and place. */
import { isMap, isScalar, isSeq } from 'yaml';
import { parseDuration } from '../model/duration.ts';
import { ID_PATTERN } from '../model/plant.ts';
import { didYouMean } from '../model/suggest.ts';
import type { Text } from '../model/text.ts';
import { type ParsedFile, parseText } from './document.ts';
import { type FileProblem, MAX_PROBLEMS } from './problem.ts';
import { type Field, given, idHint, isEmpty, offsetOf, scalarOf, shorten, sourceOf, writtenText } from './value.ts';

/** Reading stops past so many values: aliases within aliases would else grow without end. */
const MAX_VALUES = 3_000_000;
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/;

/** One file being read. Values that do not fit come back undefined, after the problem was told. */
export class FileReader {
  readonly #problems: FileProblem[] = [];
  readonly #warnings: FileProblem[] = [];
  /** The whole file; undefined where it is no YAML or JSON. */
  readonly root: Field | undefined;
  readonly #file: string;
  readonly #parsed: ParsedFile;
  #values = 0;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#parsed = parseText(text);
    for (const { offset, message } of this.#parsed.problems) this.tell({ path: '', node: null, at: offset }, message);
    if (this.#parsed.problems.length > 0) return;
    if (this.#parsed.root) this.root = { path: '', node: this.#parsed.root, at: offsetOf(this.#parsed.root) ?? 0 };
    else this.tell({ path: '', node: null, at: 0 }, 'is empty');
  }

  /** In the order of the file. */
  get problems(): readonly FileProblem[] {
    return this.#problems.toSorted(byPlace);
  }

  get warnings(): readonly FileProblem[] {
    return this.#warnings.toSorted(byPlace);
  }

  tell(field: Field, message: string): undefined {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(this.#problem(field, message));
    else if (this.#problems.length === MAX_PROBLEMS)
      this.#problems.push(this.#problem(field, 'more problems follow: mend these first'));
  }

  warn(field: Field, message: string): void {
    if (this.#warnings.length < MAX_PROBLEMS) this.#warnings.push(this.#problem(field, message));
  }

  /** The keys of a map; `what` says what belongs there, for a person. */
  mapping(field: Field, what: string): Mapping | undefined {
    if (!isMap(field.node))
      return this.tell(field, `${given(field)} stands where ${what} belongs: write it as keys and values`);
    const fields = new Map<string, Field>();
    const merged: Field[] = [];
    for (const { key, value } of field.node.items) {
      const name = isScalar(key) ? (key.source ?? String(key.value)) : String(key);
      const at = offsetOf(key) ?? field.at;
      const child = this.#child(field, field.path === '' ? name : `${field.path}.${name}`, value, at);
      if (name === '<<') merged.push(child);
      else if (fields.has(name)) this.tell({ ...child, at }, `"${name}" is given twice: remove one of them`);
      else fields.set(name, child);
    }
    for (const from of merged) this.#merge(fields, from, field.path);
    return new Mapping(this, field, fields);
  }

  /** The items of a list. */
  list(field: Field, what: string): Field[] | undefined {
    if (!isSeq(field.node))
      return this.tell(
        field,
        `${given(field)} stands where a list of ${what} belongs: begin each with "- ", or write [ ]`,
      );
    return field.node.items.map((item, index) => this.#child(field, `${field.path}[${index}]`, item, field.at));
  }

  /** A line of text; a number is taken as it is written. */
  text(field: Field, max = 200): string | undefined {
    const written = writtenText(field);
    if (written === undefined) return this.tell(field, `${given(field)} stands where text belongs: put it in quotes`);
    if (written.trim() === '') return this.tell(field, 'is empty: write a text or remove the key');
    if (written.length > max) return this.tell(field, `is longer than ${max} characters: shorten it`);
    return written;
  }

  /** A name: one text, or one a language. */
  name(field: Field, max = 200): Text | undefined {
    if (!isMap(field.node)) return this.text(field, max);
    const languages = this.mapping(field, 'a name');
    const texts: Record<string, string> = {};
    for (const [language, value] of languages?.fields ?? []) {
      if (!LANGUAGE.test(language)) this.tell(value, `"${language}" is no language: write a code such as de or en`);
      const written = this.text(value, max);
      if (written !== undefined) texts[language] = written;
    }
    if (languages?.fields.size === 0) return this.tell(field, 'has no language: write a text, or { de: …, en: … }');
    return texts;
  }

  /** An id; one that does not fit is told and returned all the same, so that what refers to it is not told as well. */
  id(field: Field): string | undefined {
    const written = writtenText(field);
    if (written === undefined) return this.tell(field, `${given(field)} stands where an id belongs: put it in quotes`);
    if (!ID_PATTERN.test(written))
      this.tell(
        field,
        `"${shorten(written)}" is no id: use up to 64 of a-z, 0-9, ".", "_", "-", beginning with a letter or digit${idHint(written)}`,
      );
    return written;
  }

  number(field: Field): number | undefined {
    const value = scalarOf(field);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'string' && /^[-+]?\d+,\d+$/.test(value))
      return this.tell(field, `"${value}" is no number: decimals take a point, ${value.replace(',', '.')}`);
    if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
      return this.tell(field, `the number stands in quotes: write ${value}`);
    const unit =
      typeof value === 'string' && /^[-+]?[\d.]+\s*\D+$/.test(value)
        ? ': write the number alone, in the unit of the sensor'
        : '';
    return this.tell(field, `${given(field)} stands where a number belongs${unit}`);
  }

  isNumber(field: Field): boolean {
    return typeof scalarOf(field) === 'number';
  }

  /** A text or number as it stands in the file; undefined for anything else. */
  written(field: Field): string | undefined {
    return writtenText(field);
  }

  /** A single value of any kind as it stands in the file. */
  source(field: Field): string | undefined {
    return sourceOf(field);
  }

  /** A whole number from `low` to `high`. */
  whole(field: Field, low: number, high: number): number | undefined {
    const value = this.number(field);
    if (value === undefined || (Number.isInteger(value) && value >= low && value <= high)) return value;
    return this.tell(field, `${value} is no whole number from ${low} to ${high}`);
  }

  boolean(field: Field): boolean | undefined {
    const value = scalarOf(field);
    return typeof value === 'boolean' ? value : this.tell(field, `${given(field)} stands where true or false belongs`);
  }

  /** A duration, at least 1 ms where `positive`. */
  duration(field: Field, positive = true): string | undefined {
    const value = scalarOf(field);
    const ms = typeof value === 'string' ? parseDuration(value) : undefined;
    if (typeof value !== 'string' || ms === undefined) {
      const hint =
        typeof value === 'number'
          ? `: the unit is missing, write ${value}s`
          : ': write a whole number and ms, s, m, h or d, such as 5m';
      return this.tell(field, `${given(field)} is no duration${hint}`);
    }
    return positive && ms === 0 ? this.tell(field, `"${value}" is no time at all: write a duration above 0`) : value;
  }

  oneOf<const T extends string>(field: Field, allowed: readonly T[]): T | undefined {
    const written = writtenText(field) ?? sourceOf(field);
    const found = allowed.find((value) => value === written);
    if (found) return found;
    return this.tell(field, `${given(field)} is none of ${allowed.join(', ')}.${didYouMean(written ?? '', allowed)}`);
  }

  /** The field at a path below the root, or the nearest one above it that is there. */
  locate(path: string): Field {
    return { ...this.#walk(path).field, path };
  }

  exists(path: string): boolean {
    return this.#walk(path).whole;
  }

  #walk(path: string): { field: Field; whole: boolean } {
    let field: Field = this.root ?? { path, node: null, at: 0 };
    for (const step of path.split(/[.[\]]+/).filter((s) => s !== '')) {
      const { node } = field;
      const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === step) : undefined;
      if (pair) field = this.#child(field, path, pair.value, offsetOf(pair.key) ?? field.at);
      else if (isSeq(node) && Number(step) < node.items.length)
        field = this.#child(field, path, node.items[Number(step)], field.at);
      else return { field, whole: false };
    }
    return { field, whole: true };
  }

  #child(parent: Field, path: string, value: unknown, keyAt: number): Field {
    if (++this.#values > MAX_VALUES) {
      if (this.#values === MAX_VALUES + 1)
        this.tell(parent, 'holds too many values: aliases (*) multiply them, write them out or use fewer');
      return { path, node: null, at: keyAt };
    }
    const node = this.#parsed.resolve(value);
    return { path, node, at: offsetOf(value) ?? keyAt };
  }

  /** `<<: *other` brings the keys of another map, where they are not given here. */
  #merge(fields: Map<string, Field>, from: Field, path: string): void {
    const sources = isSeq(from.node) ? (this.list(from, 'maps') ?? []) : [from];
    for (const source of sources) {
      if (source.node === null) continue;
      const mapping = this.mapping({ ...source, path }, 'a map to merge');
      for (const [key, field] of mapping?.fields ?? []) if (!fields.has(key)) fields.set(key, field);
    }
  }

  #problem({ path, at }: Field, message: string): FileProblem {
    return { file: this.#file, path, ...this.#parsed.placeOf(at), message };
  }
}

/** The keys of one map of the file. */
export class Mapping {
  readonly field: Field;
  readonly fields: ReadonlyMap<string, Field>;
  readonly #reader: FileReader;

  constructor(reader: FileReader, field: Field, fields: ReadonlyMap<string, Field>) {
    this.#reader = reader;
    this.field = field;
    this.fields = fields;
  }

  /** Tells every key that is not allowed; `hints` has better words for some of them. */
  only(allowed: readonly string[], hints: Readonly<Record<string, string>> = {}): this {
    for (const [key, field] of this.fields) {
      if (allowed.includes(key)) continue;
      const decimals = /^\d+$/.test(key) ? ' Decimals take a point (1.5).' : '';
      const hint = Object.hasOwn(hints, key)
        ? `: ${hints[key]}`
        : ` here: there are ${allowed.join(', ')}.${decimals}${didYouMean(key, allowed)}`;
      this.#reader.tell(field, `"${shorten(key)}" is no key${hint}`);
    }
    return this;
  }

  has(key: string): boolean {
    return this.fields.has(key);
  }

  /** Reads an optional key. */
  get<T>(key: string, read: (field: Field) => T | undefined): T | undefined {
    const field = this.fields.get(key);
    if (!field) return undefined;
    if (isEmpty(field)) return this.#reader.tell(field, 'is empty: write a value or remove the key');
    return read(field);
  }

  /** Reads a key that must be there; `such` shows how to write it. */
  need<T>(key: string, such: string, read: (field: Field) => T | undefined): T | undefined {
    const field = this.fields.get(key);
    const missing = { ...this.field, path: this.field.path === '' ? key : `${this.field.path}.${key}` };
    if (!field) return this.#reader.tell(missing, `is missing: write ${such}`);
    if (isEmpty(field)) return this.#reader.tell(field, `is empty: write ${such}`);
    return read(field);
  }
}

function byPlace(a: FileProblem, b: FileProblem): number {
  return a.line - b.line || a.column - b.column;
}
