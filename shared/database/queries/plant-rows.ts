/** Rows of customers, machines and tolerances, made to agree with a plant. Written in batches: a plant may hold 10,000 machines. */
import { sql } from 'kysely';
import { DEFAULT_TIMEZONE, type Plant, PlantIndex, type Sensor } from '#shared/model/plant.ts';
import { nominalOf } from '#shared/model/tolerance.ts';
import type { Transaction } from '../database.ts';
import { json } from '../json.ts';

const BATCH = 20_000;

export async function writePlantRows(
  tx: Transaction,
  before: Plant,
  plant: Plant,
  plantVersion: number,
): Promise<void> {
  await writeCustomers(tx, plant);
  await writeMachines(tx, plant);
  await writeTolerances(tx, before, plant, plantVersion);
}

async function writeCustomers(tx: Transaction, plant: Plant): Promise<void> {
  await sql`
    insert into customer as known (id, name, tier)
    select id, name, tier from jsonb_to_recordset(${json(plant.customers)}) as r (id text, name jsonb, tier text)
    on conflict (id) do update set name = excluded.name, tier = excluded.tier, removed_at = null
    where (known.name, known.tier) is distinct from (excluded.name, excluded.tier) or known.removed_at is not null`.execute(
    tx,
  );
  await sql`
    update customer set removed_at = now()
    where removed_at is null and id not in (select jsonb_array_elements_text(${json(plant.customers.map((c) => c.id))}))`.execute(
    tx,
  );
}

async function writeMachines(tx: Transaction, plant: Plant): Promise<void> {
  const rows = plant.machines.map((machine) => ({
    id: machine.id,
    model: machine.model,
    customer: machine.customer,
    name: machine.name ?? null,
    site: machine.site ?? null,
    timezone: machine.timezone ?? DEFAULT_TIMEZONE,
    reference: machine.reference ?? false,
    simulated: machine.simulated ?? false,
  }));
  await sql`
    insert into machine as known (id, model, customer, name, site, timezone, reference, simulated)
    select id, model, customer, nullif(name, 'null'::jsonb), site, timezone, reference, simulated
    from jsonb_to_recordset(${json(rows)}) as r (
      id text, model text, customer text, name jsonb, site text, timezone text, reference boolean, simulated boolean)
    on conflict (id) do update set
      model = excluded.model, customer = excluded.customer, name = excluded.name, site = excluded.site,
      timezone = excluded.timezone, reference = excluded.reference, simulated = excluded.simulated, removed_at = null
    where (known.model, known.customer, known.name, known.site, known.timezone, known.reference, known.simulated)
      is distinct from
      (excluded.model, excluded.customer, excluded.name, excluded.site, excluded.timezone, excluded.reference, excluded.simulated)
      or known.removed_at is not null`.execute(tx);
  await sql`
    update machine set removed_at = now()
    where removed_at is null and id not in (select jsonb_array_elements_text(${json(rows.map((m) => m.id))}))`.execute(
    tx,
  );
}

interface ToleranceRow {
  readonly machine: string;
  readonly sensor: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly nominal: number | null;
}

/**
 * A row for each tolerance that differs from the one known. The first one known of a sensor holds for all time before, so
 * that readings older than the import have a band as well. The time is that of the statement: of two imports at once the second
 * waited for the first, and its transaction may have begun before.
 */
async function writeTolerances(tx: Transaction, before: Plant, plant: Plant, plantVersion: number): Promise<void> {
  const changed = changedTolerances(before, plant);
  for (let start = 0; start < changed.length; start += BATCH) {
    await sql`
      insert into tolerance_version (machine, sensor, valid_from, low, high, nominal, plant_version)
      select r.machine, r.sensor, case when known.machine is null then 'epoch'::timestamptz else statement_timestamp() end,
        r.low, r.high, r.nominal, ${plantVersion}
      from jsonb_to_recordset(${json(changed.slice(start, start + BATCH))}) as r (
        machine text, sensor text, low double precision, high double precision, nominal double precision)
      left join lateral (
        select * from tolerance_version v where v.machine = r.machine and v.sensor = r.sensor order by valid_from desc limit 1
      ) known on true
      where (known.low, known.high, known.nominal) is distinct from (r.low, r.high, r.nominal)
        and (known.machine is not null or r.low is not null or r.high is not null)
      on conflict (machine, sensor, valid_from) do update set
        low = excluded.low, high = excluded.high, nominal = excluded.nominal, plant_version = excluded.plant_version`.execute(
      tx,
    );
  }
}

/** Sensors whose tolerance is not the one the plant before gave them; the database has the last word on what is known. */
function changedTolerances(before: Plant, plant: Plant): ToleranceRow[] {
  const old = new PlantIndex(before);
  const now = new PlantIndex(plant);
  const rows: ToleranceRow[] = [];
  for (const { id } of plant.machines) {
    const sensors = now.machine(id)?.sensors ?? new Map<string, Sensor>();
    const known = old.machine(id)?.sensors;
    for (const sensor of sensors.values()) {
      const tolerance = toleranceOf(sensor);
      const last = toleranceOf(known?.get(sensor.id));
      if (
        known?.has(sensor.id) &&
        tolerance.low === last.low &&
        tolerance.high === last.high &&
        tolerance.nominal === last.nominal
      )
        continue;
      rows.push({ machine: id, sensor: sensor.id, ...tolerance });
    }
  }
  return rows;
}

function toleranceOf(sensor: Sensor | undefined): Pick<ToleranceRow, 'low' | 'high' | 'nominal'> {
  const { low = null, high = null } = sensor?.tolerance ?? {};
  return { low, high, nominal: sensor ? (nominalOf(sensor) ?? null) : null };
}
