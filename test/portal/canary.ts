/** Two customers: A, whom the walkers belong to, and B, each word of whose things is a canary that must never be heard by A. */
import { randomUUID } from 'node:crypto';
import { addAccount } from '#shared/database/queries/accounts.ts';
import { hashPassword } from '#shared/database/password.ts';
import { audit } from '#shared/database/queries/audit.ts';
import { recordChanges } from '#shared/database/queries/changes.ts';
import { addQuality, insertRejects } from '#shared/database/queries/rejects.ts';
import { addToken } from '#shared/database/queries/tokens.ts';
import { json } from '#shared/database/json.ts';
import type { Plant } from '#shared/model/plant.ts';
import { PASSWORD, PLANT } from './plant.ts';
import { START, type TestPortal } from './portal.ts';
import { addAlarm, addCase, addWindow, HOT, heard } from './seed.ts';

/** A reading of B's, which no arithmetic of A's yields. */
export const CANARY_VALUE = 987_654.25;
export const CANARY = /canary|987654/i;

export const CANARY_PLANT: Plant = {
  ...PLANT,
  customers: [
    ...PLANT.customers,
    { id: 'canary-gmbh', name: { de: 'Canary GmbH', en: 'Canary Ltd' }, tier: 'standard' },
  ],
  machines: [
    ...PLANT.machines.slice(0, 3),
    {
      id: 'canary-press',
      name: 'Canary Presse',
      model: 'sp-200',
      customer: 'canary-gmbh',
      site: 'Canary-Halle',
      sensors: [{ id: 'bearing-temp', name: 'Canary-Temperatur', tolerance: { high: CANARY_VALUE } }],
    },
  ],
};

export interface Things {
  readonly machine: string;
  readonly caseId: string;
  readonly alarm: string;
  readonly maintenance: string;
  readonly customer: string;
  readonly token: string;
}

/** Plants everything twice: for A in plain words, for B in canaries; answers the ids of both. */
export async function plantCanaries(portal: TestPortal): Promise<{ own: Things; foreign: Things }> {
  await addB(portal);
  const own = await things(portal, 'press-1', 'muster-ag', 'plain', 61, 'customer');
  const foreign = await things(portal, 'canary-press', 'canary-gmbh', 'canary', CANARY_VALUE, 'canary-customer');
  return { own, foreign };
}

async function addB(portal: TestPortal): Promise<void> {
  const passwordHash = await hashPassword(PASSWORD);
  await portal.database.transaction(async (tx) => {
    const b = { passwordHash, email: 'canary@example.com' };
    await addAccount(
      tx,
      {
        ...b,
        id: 'id-canary-customer',
        login: 'canary-customer',
        name: 'Canary Person',
        role: 'customer',
        customer: 'canary-gmbh',
      },
      new Date(START),
    );
    await addAccount(
      tx,
      {
        ...b,
        id: 'id-canary-partner',
        login: 'canary-partner',
        name: 'Canary Partner',
        role: 'partner',
        assigned: ['canary-gmbh'],
      },
      new Date(START),
    );
  });
}

async function things(
  portal: TestPortal,
  machine: string,
  customer: string,
  word: string,
  value: number,
  person: string,
): Promise<Things> {
  const db = portal.database.kysely;
  const owner = `id-${word === 'canary' ? 'canary-partner' : 'partner'}`;
  const caseId = await addCase(portal, {
    machine,
    component: 'spindle',
    title: `${word} title`,
    nextStep: `${word} step`,
    cause: `${word} cause`,
    remedy: `${word} remedy`,
  });
  await db.updateTable('service_case').set({ owner }).where('id', '=', caseId).execute();
  for (const visibility of ['internal', 'customer'] as const) {
    await db
      .insertInto('case_event')
      .values({
        case_id: caseId,
        at: new Date(START),
        actor: `id-${person}`,
        kind: 'comment',
        visibility,
        detail: json({ text: `${word} comment` }),
      })
      .execute();
  }
  const reason = { ...HOT, fact: { ...HOT.fact, value } as typeof HOT.fact };
  const alarm = await addAlarm(portal, {
    machine,
    rule: 'spindle-bearing-hot',
    component: 'spindle',
    raisedAt: START,
    caseId,
    reason,
  });
  await db
    .updateTable('alarm')
    .set({ shelve_reason: `${word} shelve` })
    .where('id', '=', alarm)
    .execute();
  const maintenance = await addWindow(portal, { machine, customer, title: `${word} window` });
  await heard(portal, machine, START);
  await db
    .updateTable('machine_status')
    .set({ state: `${word} state` })
    .where('machine', '=', machine)
    .execute();
  portal.live.tell(machine, 'bearing-temp', START, value);
  await portal.readings.write(
    [{ machine, sensor: 'bearing-temp', ts: START, value }],
    [{ machine, ts: START, code: `${word}-code`, text: `${word} text` }],
  );
  const token = randomUUID();
  await addToken(
    db,
    { id: token, account: `id-${person}`, name: `${word} token`, hash: randomUUID() },
    new Date(START),
  );
  await portal.database.transaction(async (tx) => {
    await insertRejects(tx, [
      {
        position: word === 'canary' ? 2 : 1,
        ordinal: 0,
        at: START,
        machine,
        sensor: null,
        reason: 'not-json',
        detail: `${word} detail`,
        topic: `machines/${machine}/telemetry`,
        payload: `${word} payload`,
      },
    ]);
    await addQuality(tx, [{ machine, at: START, what: `${word}-what`, count: 3 }]);
    await audit(
      tx,
      { actor: `id-${person}`, action: 'token.made', subject: machine, detail: { word } },
      new Date(START),
    );
    await recordChanges(tx, [
      { kind: 'case', ref: caseId, customer },
      { kind: 'machine', ref: machine, customer },
      { kind: 'alarm', ref: alarm, customer },
    ]);
  });
  return { machine, caseId, alarm, maintenance, customer, token };
}
