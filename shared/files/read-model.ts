/** A machine model: components as a tree, sensors with their references. */
import type { Choice, Component, MachineModel, Sensor } from '../model/plant.ts';
import { didYouMean } from '../model/suggest.ts';
import { compact } from './compact.ts';
import type { FileReader } from './field.ts';
import type { Field } from './value.ts';
import { checkInputs } from './read-derivation.ts';
import { readSensor } from './read-sensor.ts';
import { UniqueIds } from './unique.ts';

export function readModel(reader: FileReader, field: Field, ids: UniqueIds): MachineModel | undefined {
  const map = reader.mapping(field, 'a model')?.only(['id', 'name', 'components', 'sensors', 'causes', 'remedies']);
  if (!map) return undefined;
  const id = map.need('id', 'an id, such as sp-200', ids.read);
  const name = map.need('name', 'a name, such as Spindelpresse SP-200', (f) => reader.name(f));
  const components = map.get('components', (f) => readComponents(reader, f)) ?? [];
  const sensors = map.get('sensors', (f) => readSensors(reader, f, components)) ?? [];
  const causes = map.get('causes', (f) => readChoices(reader, f, 'cause', components));
  const remedies = map.get('remedies', (f) => readChoices(reader, f, 'remedy', components));
  return id === undefined
    ? undefined
    : compact<MachineModel>({ id, name: name ?? id, components, sensors, causes, remedies });
}

/** What is chosen from when a case is resolved. */
function readChoices(
  reader: FileReader,
  field: Field,
  what: 'cause' | 'remedy',
  components: readonly Component[],
): Choice[] {
  const ids = new UniqueIds(reader, what);
  const known = new Set(components.map((component) => component.id));
  const choices: Choice[] = [];
  for (const item of reader.list(field, what === 'cause' ? 'causes' : 'remedies') ?? []) {
    const map = reader.mapping(item, `a ${what}`)?.only(['id', 'name', 'component']);
    const id = map?.need('id', `an id, such as ${what === 'cause' ? 'bearing-wear' : 'bearing-replaced'}`, ids.read);
    const name = map?.need('name', 'a name, such as { de: Lagerverschleiß, en: Bearing wear }', (f) => reader.name(f));
    const component = map?.get('component', (f) => knownComponent(reader, f, known));
    if (id !== undefined) choices.push(compact<Choice>({ id, name: name ?? id, component }));
  }
  return choices;
}

function knownComponent(reader: FileReader, field: Field, known: ReadonlySet<string>): string | undefined {
  const id = reader.id(field);
  if (id !== undefined && !known.has(id)) tellUnknown(reader, field, id, known);
  return id;
}

function tellUnknown(reader: FileReader, field: Field, id: string, known: Iterable<string>): void {
  reader.tell(field, `the model has no component "${id}": add it or correct the id.${didYouMean(id, known)}`);
}

function readComponents(reader: FileReader, field: Field): Component[] {
  const ids = new UniqueIds(reader, 'component');
  const components: Component[] = [];
  const parents = new Map<string, { parent: string; path: string }>();
  for (const item of reader.list(field, 'components') ?? []) {
    const map = reader.mapping(item, 'a component')?.only(['id', 'parent', 'name']);
    if (!map) continue;
    const id = map.need('id', 'an id, such as spindle-bearing', ids.read);
    const parent = map.get('parent', (f) => reader.id(f));
    const name = map.need('name', 'a name, such as { de: Spindellager, en: Spindle bearing }', (f) => reader.name(f));
    if (id === undefined) continue;
    components.push(compact<Component>({ id, parent, name: name ?? id }));
    if (parent !== undefined) parents.set(id, { parent, path: `${item.path}.parent` });
  }
  for (const [, { parent, path }] of parents) {
    if (!ids.has(parent)) tellUnknown(reader, reader.locate(path), parent, ids.ids);
  }
  tellCycles(reader, parents);
  return components;
}

/** Tells each circle of parents once. */
function tellCycles(reader: FileReader, parents: ReadonlyMap<string, { parent: string; path: string }>): void {
  const done = new Set<string>();
  for (const start of parents.keys()) {
    const way: string[] = [];
    let at: string | undefined = start;
    while (at !== undefined && !done.has(at)) {
      done.add(at);
      way.push(at);
      at = parents.get(at)?.parent;
    }
    const from = at === undefined ? -1 : way.indexOf(at);
    if (from < 0) continue;
    const circle = [...way.slice(from), way[from]].join(' → ');
    reader.tell(
      reader.locate(parents.get(start)?.path ?? ''),
      `the parents go in a circle (${circle}): remove one of them`,
    );
  }
}

function readSensors(reader: FileReader, field: Field, components: readonly Component[]): Sensor[] {
  const ids = new UniqueIds(reader, 'sensor');
  const known = new Set(components.map((c) => c.id));
  const read: { sensor: Sensor; path: string }[] = [];
  for (const item of reader.list(field, 'sensors') ?? []) {
    const sensor = readSensor(reader, item, ids);
    if (sensor) read.push({ sensor, path: item.path });
  }
  const sensors = new Map(read.map(({ sensor }) => [sensor.id, sensor]));
  for (const { sensor, path } of read) {
    const { component } = sensor;
    if (component !== undefined && !known.has(component))
      tellUnknown(reader, reader.locate(`${path}.component`), component, known);
    checkInputs(reader, path, sensor, sensors);
  }
  return read.map(({ sensor }) => sensor);
}
