import type { FileReader } from './field.ts';
import type { Field } from './value.ts';

/** Ids of one kind in one place: tells the second of two equal ones. */
export class UniqueIds {
  readonly #reader: FileReader;
  readonly #what: string;
  readonly #first = new Map<string, string>();

  constructor(reader: FileReader, what: string) {
    this.#reader = reader;
    this.#what = what;
  }

  /** Reads an id that no other of this kind may have. */
  read = (field: Field): string | undefined => {
    const id = this.#reader.id(field);
    if (id === undefined) return undefined;
    const first = this.#first.get(id);
    if (first !== undefined)
      this.#reader.tell(field, `the ${this.#what} "${id}" is given twice, first at ${first}: rename or remove one`);
    else this.#first.set(id, field.path.replace(/\.id$/, ''));
    return id;
  };

  has(id: string): boolean {
    return this.#first.has(id);
  }

  get ids(): Iterable<string> {
    return this.#first.keys();
  }
}
