/** plant.yaml: what there is. Every problem is told at once; a file with one yields no plant. */
import { isMap } from 'yaml';
import type { Customer, Machine, MachineModel, Plant, Sensor, SensorOverride } from '../model/plant.ts';
import { didYouMean } from '../model/suggest.ts';
import { compact } from './compact.ts';
import { FileReader, type Mapping } from './field.ts';
import type { Field } from './value.ts';
import type { FileProblem } from './problem.ts';
import { readModel } from './read-model.ts';
import { readOverride } from './read-sensor.ts';
import { UniqueIds } from './unique.ts';

export interface ReadPlant {
  /** Undefined where there are problems. */
  readonly plant?: Plant;
  readonly problems: readonly FileProblem[];
  /** What reads but is probably not meant. */
  readonly warnings: readonly FileProblem[];
}

const MACHINE_KEYS = ['id', 'name', 'model', 'customer', 'site', 'timezone', 'reference', 'simulated', 'sensors'];

/**
 * Reads a plant from YAML or JSON text. `fileName` stands in the problems. No machine may have one of the `reserved` names: by
 * them the house itself logs in at the broker.
 */
export function readPlant(text: string, fileName: string, reserved: readonly string[] = []): ReadPlant {
  const reader = new FileReader(text, fileName);
  const plant = reader.root && readRoot(reader, reader.root, reserved);
  const { problems, warnings } = reader;
  return plant && problems.length === 0 ? { plant, problems, warnings } : { problems, warnings };
}

function readRoot(reader: FileReader, root: Field, reserved: readonly string[]): Plant | undefined {
  const map = reader.mapping(root, 'a plant (version, customers, models, machines)');
  if (!map) return undefined;
  if (map.has('rules') && !map.has('machines'))
    return reader.tell(root, 'is a file of rules, not of a plant: exchange the files');
  map.only(['version', 'customers', 'models', 'machines']);
  readVersion(reader, map);
  // An import replaces all there is: what is left out by mistake must not be removed by it.
  const all = (what: string, read: (field: Field) => unknown) =>
    map.need(what, `a list of ${what}, or ${what}: [] if there are none`, (field) => {
      for (const item of reader.list(field, what) ?? []) read(item);
    });
  const customers: Customer[] = [];
  const customerIds = new UniqueIds(reader, 'customer');
  all('customers', (item) => pushDefined(customers, readCustomer(reader, item, customerIds)));
  const models: MachineModel[] = [];
  const modelIds = new UniqueIds(reader, 'model');
  all('models', (item) => pushDefined(models, readModel(reader, item, modelIds)));
  const machines: Machine[] = [];
  const machineReader = new MachineReader(reader, models, modelIds, customerIds, reserved);
  all('machines', (item) => pushDefined(machines, machineReader.read(item)));
  return { version: 1, customers, models, machines };
}

/** `version: 1`, in both files. */
export function readVersion(reader: FileReader, map: Mapping): void {
  map.need('version', 'version: 1', (field) => {
    const version = reader.number(field);
    if (version !== undefined && version !== 1)
      reader.tell(field, `version ${version} is not known here: this Leitwarte reads version 1`);
    return version;
  });
}

function pushDefined<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}

function readCustomer(reader: FileReader, field: Field, ids: UniqueIds): Customer | undefined {
  const map = reader.mapping(field, 'a customer')?.only(['id', 'name', 'tier']);
  const id = map?.need('id', 'an id, such as muster-ag', ids.read);
  const name = map?.need('name', 'a name, such as Muster Präzision AG', (f) => reader.name(f));
  const tier = map?.need('tier', 'tier: premium or tier: standard', (f) => reader.oneOf(f, ['premium', 'standard']));
  return id === undefined ? undefined : { id, name: name ?? id, tier: tier ?? 'standard' };
}

/** Reads machines against the models and customers of the same file. */
class MachineReader {
  readonly #reader: FileReader;
  readonly #ids: UniqueIds;
  readonly #modelIds: UniqueIds;
  readonly #customerIds: UniqueIds;
  readonly #sensors: ReadonlyMap<string, ReadonlyMap<string, Sensor>>;
  readonly #reserved: readonly string[];
  readonly #zones = new Map<string, boolean>();

  constructor(
    reader: FileReader,
    models: readonly MachineModel[],
    modelIds: UniqueIds,
    customerIds: UniqueIds,
    reserved: readonly string[],
  ) {
    this.#reader = reader;
    this.#reserved = reserved;
    this.#ids = new UniqueIds(reader, 'machine');
    this.#modelIds = modelIds;
    this.#customerIds = customerIds;
    this.#sensors = new Map(models.map((m) => [m.id, new Map(m.sensors.map((s) => [s.id, s]))]));
  }

  read(field: Field): Machine | undefined {
    const reader = this.#reader;
    const map = reader.mapping(field, 'a machine')?.only(MACHINE_KEYS);
    if (!map) return undefined;
    const id = map.need('id', 'an id, such as sp200-0017', (f) => this.#ownId(f));
    const model = map.need('model', 'the id of its model', (f) => this.#reference(f, 'model', this.#modelIds));
    const customer = map.need('customer', 'the id of its customer', (f) =>
      this.#reference(f, 'customer', this.#customerIds),
    );
    const machine = {
      name: map.get('name', (f) => reader.name(f)),
      site: map.get('site', (f) => reader.text(f)),
      timezone: map.get('timezone', (f) => this.#timezone(f)),
      reference: map.get('reference', (f) => reader.boolean(f)),
      simulated: map.get('simulated', (f) => reader.boolean(f)),
      sensors: map.get('sensors', (f) => this.#overrides(f, model)),
    };
    if (id === undefined || model === undefined || customer === undefined) return undefined;
    return compact<Machine>({ id, model, customer, ...machine });
  }

  #ownId(field: Field): string | undefined {
    const id = this.#ids.read(field);
    if (id !== undefined && this.#reserved.includes(id)) {
      this.#reader.tell(
        field,
        `"${id}" is a user by which Leitwarte itself logs in at the broker (MQTT_USER, MQTT_ADMIN_USER): give the machine another id`,
      );
    }
    return id;
  }

  #reference(field: Field, what: string, ids: UniqueIds): string | undefined {
    const id = this.#reader.id(field);
    if (id !== undefined && !ids.has(id))
      this.#reader.tell(
        field,
        `there is no ${what} "${id}" in ${what}s: add it or correct the id.${didYouMean(id, ids.ids)}`,
      );
    return id;
  }

  #timezone(field: Field): string | undefined {
    const zone = this.#reader.text(field);
    if (zone === undefined) return undefined;
    const known = this.#zones.get(zone) ?? isTimezone(zone);
    this.#zones.set(zone, known);
    return known ? zone : this.#reader.tell(field, `"${zone}" is no time zone: write one such as Europe/Berlin`);
  }

  #overrides(field: Field, model: string | undefined): SensorOverride[] {
    const reader = this.#reader;
    const ids = new UniqueIds(reader, 'sensor');
    const sensors = model === undefined ? undefined : this.#sensors.get(model);
    const overrides: SensorOverride[] = [];
    if (isMap(field.node))
      reader.tell(field, 'is a map: write a list, - { id: bearing-temp, tolerance: { high: 85 } }');
    else
      for (const item of reader.list(field, 'overrides') ?? []) {
        pushDefined(
          overrides,
          readOverride(reader, item, sensors, (f) => this.#overridden(f, ids, sensors, model)),
        );
      }
    return overrides;
  }

  #overridden(
    field: Field,
    ids: UniqueIds,
    sensors: ReadonlyMap<string, Sensor> | undefined,
    model: string | undefined,
  ): string | undefined {
    const id = ids.read(field);
    if (id !== undefined && sensors && !sensors.has(id))
      this.#reader.tell(
        field,
        `the model "${model}" has no sensor "${id}": add it there or correct the id.${didYouMean(id, sensors.keys())}`,
      );
    return id;
  }
}

function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
