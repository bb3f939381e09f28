/** The fleet and its machines. */
import { fleetSummary, machineKeys, machinePage } from '#shared/database/queries/portal-machines.ts';
import { PageQuery } from '#shared/model/api/common.ts';
import { FleetSummary, MachineAnswer, MachineList, MachineQuery } from '#shared/model/api/machine.ts';
import { listed, pageOf } from '../paging.ts';
import { ById, type Route, route } from '../route.ts';
import { type MachineParts, presentPage, readMachine } from './read.ts';

const FleetQuery = MachineQuery.pick({ customer: true, model: true, q: true });

export function machineRoutes(parts: MachineParts): Route[] {
  const { database } = parts;
  return [
    route({
      method: 'get',
      path: '/machines',
      may: 'machine.see',
      summary: 'The fleet, worst first, with how many machines are in which condition',
      query: MachineQuery.extend(PageQuery.shape),
      answer: MachineList,
      act: async ({ who, query, now }) => {
        const keys = machineKeys(query.sort, who.language);
        const ask = { scope: who.scope, filter: query, keys, page: pageOf(query, keys), now: new Date(now) };
        const { items, next } = await machinePage(database.kysely, ask);
        const summary = await fleetSummary(database.kysely, who.scope, query, ask.now);
        const total = query.condition
          ? summary[query.condition]
          : Object.values(summary).reduce((sum, count) => sum + count, 0);
        const presented = await presentPage(parts, items, now);
        return { ...listed({ items: presented, next, total }, (item) => item), summary };
      },
    }),
    route({
      method: 'get',
      path: '/fleet',
      may: 'machine.see',
      summary: 'How many machines are in which condition',
      query: FleetQuery,
      answer: FleetSummary,
      act: ({ who, query, now }) => fleetSummary(database.kysely, who.scope, query, new Date(now)),
    }),
    route({
      method: 'get',
      path: '/machines/{id}',
      may: 'machine.see',
      summary: 'A machine with its components, and its sensors with last value and tolerance',
      params: ById,
      answer: MachineAnswer,
      act: ({ who, params, now }) => readMachine(parts, who, params.id, now),
    }),
  ];
}
