/** What leaves of a machine, field by field. Customers get no tolerances and no excess. */
import type { MachineAttention } from '#shared/database/queries/portal-attention.ts';
import type { MachineRow, OpenCases, StandingAlarm } from '#shared/database/queries/portal-machines.ts';
import { may, type Who } from '#shared/model/access.ts';
import type { MachineAnswer, MachineListItem, SensorAnswer } from '#shared/model/api/machine.ts';
import { CONDITIONS, conditionOf, letterOf, type MachineCondition } from '#shared/model/condition.ts';
import { durationMs } from '#shared/model/duration.ts';
import type { EquippedMachine, MachineModel, PlantIndex, Sensor } from '#shared/model/plant.ts';
import { leadingFact } from '#shared/model/reason.ts';
import { excessOf, nominalOf } from '#shared/model/tolerance.ts';
import type { LastValue, Live } from '../live.ts';
import { iso, later } from '../times.ts';

/** A sensor that says nothing for this many of its intervals is stale. */
const STALE_INTERVALS = 3;

/** What belongs to a row and was read for the whole page at once. */
export interface Beside {
  readonly plant: PlantIndex;
  readonly live: Live;
  readonly standing: readonly StandingAlarm[];
  readonly cases: OpenCases | undefined;
  readonly lastCleared: Date | undefined;
  /** Epoch ms. */
  readonly now: number;
}

export function presentMachine(row: MachineRow, beside: Beside): MachineListItem {
  const times = beside.live.times(row.id);
  const condition = conditionNow(conditionAt(row.condition), times.readingAt, beside.now);
  const model = beside.plant.model(row.model);
  const since = condition === 'OK' ? beside.lastCleared : row.since;
  return {
    id: row.id,
    name: row.name,
    model: { id: row.model, name: model?.name ?? row.model },
    customer: { id: row.customer, name: row.customer_name, tier: row.tier },
    site: row.site,
    timezone: row.timezone,
    reference: row.reference,
    simulated: row.simulated,
    condition,
    since: since?.toISOString() ?? null,
    worst: worstOf(beside.standing[0], model, beside.plant.machine(row.id)),
    openCases: beside.cases?.count ?? 0,
    owner: beside.cases?.owner ?? null,
    connectedAt: iso(row.online_at),
    online: row.online,
    messageAt: later(row.message_at, times.messageAt),
    readingAt: later(row.reading_at, times.readingAt),
    state: row.state,
  };
}

export function presentDetail(
  item: MachineListItem,
  equipped: EquippedMachine,
  beside: Beside,
  attention: MachineAttention,
  who: Who,
  now: number,
): MachineAnswer {
  const last = beside.live.last(item.id);
  const numbers = may(who.role, 'alarm.see');
  return {
    ...item,
    components: componentsOf(equipped.model, beside.standing, item.condition),
    sensors: [...equipped.sensors.values()].map((sensor) => presentSensor(sensor, last.get(sensor.id), numbers, now)),
    ...presentAttention(attention, who),
    may: MACHINE_ACTIONS.filter((permission) => may(who.role, permission)),
  };
}

function presentAttention(
  { window, suppressed, flood }: MachineAttention,
  who: Who,
): Pick<MachineAnswer, 'maintenance' | 'suppressed' | 'flood'> {
  const title = window && may(who.role, 'maintenance.see') ? window.title : null;
  const seesAlarms = may(who.role, 'alarm.see');
  return {
    maintenance: window && {
      id: window.id,
      title,
      from: window.holds_from.toISOString(),
      until: window.holds_until.toISOString(),
    },
    suppressed: seesAlarms ? suppressed : null,
    flood: flood && seesAlarms ? { id: flood.id, since: flood.began_at.toISOString(), alarms: flood.alarms } : null,
  };
}

const MACHINE_ACTIONS = [
  'reading.see',
  'alarm.see',
  'case.see',
  'quality.see',
  'rule.see',
  'maintenance.plan',
  'machine.credentials',
] as const;

function presentSensor(sensor: Sensor, last: LastValue | undefined, numbers: boolean, now: number): SensorAnswer {
  const { tolerance } = sensor;
  const every = sensor.every === undefined ? undefined : durationMs(sensor.every);
  return {
    id: sensor.id,
    component: sensor.component ?? null,
    name: sensor.name ?? null,
    quantity: sensor.quantity ?? null,
    unit: sensor.unit ?? null,
    tolerance:
      tolerance && numbers
        ? { low: tolerance.low ?? null, high: tolerance.high ?? null, nominal: nominalOf(sensor) ?? null }
        : null,
    every: sensor.every ?? null,
    derived: sensor.formula !== undefined,
    formula: numbers ? (sensor.formula ?? null) : null,
    last: last
      ? {
          t: new Date(last.ts).toISOString(),
          value: last.value,
          excess: numbers ? (excessOf(sensor, last.value)?.percent ?? null) : null,
        }
      : null,
    stale: every !== undefined && last !== undefined && now - last.at >= STALE_INTERVALS * every,
  };
}

/** Each component with the worst of its own alarms and those of everything below it. */
function componentsOf(
  model: MachineModel,
  standing: readonly StandingAlarm[],
  machine: MachineCondition,
): MachineAnswer['components'] {
  const parents = new Map(model.components.map(({ id, parent }) => [id, parent]));
  const worst = new Map<string, MachineCondition>();
  for (const { component, severity } of standing) {
    const path = new Set<string>();
    for (let id: string | undefined = component; id && !path.has(id); id = parents.get(id)) {
      path.add(id);
      if (!worst.has(id)) worst.set(id, letterOf(severity));
    }
  }
  const calm = machine === '?' ? '?' : 'OK';
  return model.components.map(({ id, parent, name }) => ({
    id,
    parent: parent ?? null,
    name,
    condition: machine === 'C' ? 'C' : (worst.get(id) ?? calm),
  }));
}

function worstOf(
  alarm: StandingAlarm | undefined,
  model: MachineModel | undefined,
  equipped: EquippedMachine | undefined,
): MachineListItem['worst'] {
  if (!alarm) return null;
  const fact = leadingFact(alarm.reason.fact);
  const sensor = 'sensor' in fact ? fact.sensor : null;
  return {
    component: alarm.component || null,
    name: model?.components.find(({ id }) => id === alarm.component)?.name ?? null,
    sensor,
    sensorName: (sensor === null ? undefined : equipped?.sensors.get(sensor)?.name) ?? null,
  };
}

/** The database learns of readings every few seconds: a machine that speaks again is OK from its first word on. */
function conditionNow(stored: MachineCondition, readingAt: number | undefined, now: number): MachineCondition {
  return stored === '?' ? conditionOf([], readingAt, now) : stored;
}

function conditionAt(place: number): MachineCondition {
  const letter = CONDITIONS[place];
  if (!letter) throw new RangeError(`there is no condition at place ${place}`);
  return letter;
}
