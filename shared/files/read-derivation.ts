/** `formula` and `inputs` of a derived sensor, and what may stand behind an input. */
import { FUNCTIONS, NAME_PATTERN, parseFormula } from '../model/formula.ts';
import type { Sensor } from '../model/plant.ts';
import { didYouMean } from '../model/suggest.ts';
import type { FileReader, Mapping } from './field.ts';
import type { Field } from './value.ts';

interface Derivation {
  readonly formula: string | undefined;
  readonly inputs: Readonly<Record<string, string>> | undefined;
}

export function readDerivation(reader: FileReader, map: Mapping): Derivation {
  if (!map.has('formula') && !map.has('inputs')) return { formula: undefined, inputs: undefined };
  const formula = map.need('formula', 'the arithmetic over inputs, such as a * b', (f) => reader.text(f, 2000));
  const inputs = map.need('inputs', 'a map of names in the formula to sensors: { a: torque }', (f) =>
    readInputs(reader, f),
  );
  const written = map.fields.get('formula');
  if (formula !== undefined && inputs && written) checkFormula(reader, written, formula, inputs);
  return { formula, inputs };
}

function readInputs(reader: FileReader, field: Field): Record<string, string> | undefined {
  const map = reader.mapping(field, 'a map of names in the formula to sensors');
  if (!map) return undefined;
  if (map.fields.size === 0)
    return reader.tell(field, 'is empty: nothing would ever compute this sensor; name one input at least');
  const inputs: Record<string, string> = {};
  for (const [name, value] of map.fields) {
    if (!NAME_PATTERN.test(name))
      reader.tell(value, `"${name}" cannot be a name in a formula: use letters, digits and _, beginning with a letter`);
    else if (FUNCTIONS.includes(name)) reader.tell(value, `"${name}" is a function of formulas: choose another name`);
    const sensor = map.get(name, (f) => reader.id(f));
    if (sensor !== undefined) inputs[name] = sensor;
  }
  return inputs;
}

function checkFormula(reader: FileReader, field: Field, text: string, inputs: Readonly<Record<string, string>>): void {
  const names = Object.keys(inputs);
  const { formula, problems } = parseFormula(text, names);
  for (const { column, message } of problems) reader.tell(field, `${message} (column ${column} of the formula)`);
  for (const name of names) {
    if (formula && !formula.used.has(name))
      reader.warn(
        field,
        `the formula does not use the input "${name}": remove it, or each of its readings computes the sensor anew`,
      );
  }
}

/** Inputs must be sensors of the same model that have readings of their own. */
export function checkInputs(
  reader: FileReader,
  path: string,
  sensor: Sensor,
  sensors: ReadonlyMap<string, Sensor>,
): void {
  for (const [name, id] of Object.entries(sensor.inputs ?? {})) {
    const input = sensors.get(id);
    const at = () => reader.locate(`${path}.inputs.${name}`);
    if (id === sensor.id) reader.tell(at(), 'a sensor cannot be its own input: name one that is measured');
    else if (!input)
      reader.tell(at(), `the model has no sensor "${id}": add it or correct the id.${didYouMean(id, sensors.keys())}`);
    else if (input.formula !== undefined || input.inputs !== undefined)
      reader.tell(at(), `"${id}" is derived itself: put its arithmetic into this formula and name measured sensors`);
  }
}
