/** How the house itself is, as people, programs and Prometheus ask for it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { raiseHouseAlarm, reportStage } from '#shared/database/queries/house.ts';
import type { HouseChainAnswer, HouseTroubleAnswer } from '#shared/model/api/house.ts';
import { type Stage, STAGES } from '#shared/model/house.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';

const SECOND = 1_000;
let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
  for (const stage of STAGES) await report(stage, START - 20 * SECOND);
});
afterAll(() => portal.stop());

async function report(stage: Stage, beatAt: number): Promise<void> {
  await reportStage(portal.database.kysely, {
    stage,
    toldAt: START - 2 * SECOND,
    startedAt: START - 600 * SECOND,
    beatAt,
    beatsSince: START - 590 * SECOND,
    figures: {
      passed: 1_200,
      perSecond: 2.5,
      ...(stage !== 'ingest' && { lagBytes: 512, lagMs: 40 * SECOND }),
      waitsFor: null,
      rejected: stage === 'writer' ? { 'unknown-sensor': 3 } : {},
      more: stage === 'ingest' ? { connected: 1, storing: 1, journalBytes: 10 } : {},
    },
  });
}

test('leads see the way stage by stage; a technician does not, but learns what stands still', async () => {
  const lead = await portal.as('lead');
  const { body } = await lead.get<HouseChainAnswer>('/house/chain');
  expect(Object.values(body.verdicts)).toEqual(Array(6).fill('well'));
  expect(body.stages.map(({ stage }) => stage)).toEqual([...STAGES]);
  expect(body.stages[1]).toMatchObject({ perSecond: 2.5, lagSeconds: 40, rejected: { 'unknown-sensor': 3 } });
  expect(body.stages[0]).toMatchObject({ lagBytes: null, beatAt: new Date(START - 20 * SECOND).toISOString() });
  const technician = await portal.as('technician');
  expect((await technician.get('/house/chain')).status).toBe(403);
  expect((await technician.get<HouseTroubleAnswer>('/house/trouble')).body).toEqual({ items: [] });
  expect((await (await portal.as('customer')).get('/house/trouble')).status).toBe(403);
});

test('readyz and metrics tell the age of the heartbeat by stage, whichever process the stage is in', async () => {
  const ready = (await (await fetch(`${portal.url}/readyz`)).json()) as Record<string, unknown>;
  expect(ready['heartbeatAgeSeconds']).toEqual({ ingest: 20, writer: 20, rules: 20, portal: 20 });
  const metrics = await (await fetch(`${portal.url}/metrics`)).text();
  for (const line of [
    'leitwarte_heartbeat_age_seconds{stage="rules"} 20',
    'leitwarte_stage_passed{stage="ingest"} 1200',
    'leitwarte_stage_lag_seconds{stage="writer"} 40',
    'leitwarte_stage_rejected{stage="writer",reason="unknown-sensor"} 3',
    'leitwarte_stage_count{stage="ingest",what="journal_bytes"} 10',
    'leitwarte_journal_unread_seconds 40',
    'leitwarte_house_alarm{what="rules"} 0',
    'leitwarte_cases_open 0',
  ])
    expect(metrics).toContain(line);
});

test('what stands still is told to everybody who works here, with since when', async () => {
  const since = new Date(START - 300 * SECOND);
  await portal.database.transaction((tx) =>
    raiseHouseAlarm(tx, { what: 'rules', since, at: new Date(START), by: 'portal' }),
  );
  const { body } = await (await portal.as('technician')).get<HouseTroubleAnswer>('/house/trouble');
  expect(body.items).toMatchObject([{ what: 'rules', since: since.toISOString() }]);
  const chain = await (await portal.as('lead')).get<HouseChainAnswer>('/house/chain');
  expect(chain.body.alarms).toMatchObject([{ what: 'rules', raisedBy: 'portal', clearedAt: null }]);
  portal.now += 2 * SECOND;
  expect(await (await fetch(`${portal.url}/metrics`)).text()).toContain('leitwarte_house_alarm{what="rules"} 1');
});
