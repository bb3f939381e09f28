/** Every question the page asks, with its key. Keys begin with the subject, so that an event of the stream can refresh it. */
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { AuditAnswer, AuditCheckAnswer } from '#shared/model/api/audit.ts';
import type { AlarmAnswer, CaseAnswer, CaseListItem } from '#shared/model/api/case.ts';
import type { ConnectionAnswer } from '#shared/model/api/connection.ts';
import type { HouseChainAnswer, HouseTroubleAnswer } from '#shared/model/api/house.ts';
import type { MaintenanceAnswer } from '#shared/model/api/maintenance.ts';
import type {
  BreakAnswer,
  FleetSummary,
  MachineAnswer,
  MachineEventAnswer,
  MachineListItem,
  QualityAnswer,
  ReadingsAnswer,
  RejectAnswer,
} from '#shared/model/api/machine.ts';
import type { PlantAnswer, RuleAnswer, RuleVersionAnswer } from '#shared/model/api/rule.ts';
import type { HouseAnswer, PersonAnswer, SessionAnswer } from '#shared/model/api/session.ts';
import { type Query, request, setCsrf } from './client.ts';
import { isProblemWith } from './problem.ts';
import type { CredentialItem, CustomerItem, TokenItem } from './types.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  readonly total: number;
}

const PAGE = 200;

export const house = queryOptions({
  queryKey: ['house'],
  queryFn: ({ signal }) => request<HouseAnswer>('GET', '/house', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Whose answers are kept: everything but session and house belongs to this person. */
let keptFor: string | undefined;

/** Who is logged in; null where nobody is. */
export const session = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal, client }) => {
    try {
      const answer = await request<SessionAnswer>('GET', '/session', { signal });
      become(client, answer);
      return answer;
    } catch (error) {
      if (isProblemWith(error, 401)) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Set while nobody is logged in because a session ran out. */
const ENDED = ['session', 'ended'] as const;

/** The server no longer knows who this is. */
export function sessionEnded(client: QueryClient): void {
  client.setQueryData(ENDED, true);
  client.setQueryData(session.queryKey, null);
}

export function hasSessionEnded(client: QueryClient): boolean {
  return client.getQueryData(ENDED) === true;
}

/** Somebody logged in or out here. */
export function enter(client: QueryClient, now: SessionAnswer | null): void {
  forget(client);
  become(client, now);
  client.removeQueries({ queryKey: ENDED });
  client.setQueryData(session.queryKey, now);
}

/** Somebody else is here now, or nobody (in another tab one may have logged in anew): what was known belonged to the one before. */
function become(client: QueryClient, now: SessionAnswer | null): void {
  if (now) setCsrf(now.csrf);
  const person = now?.user.id;
  if (person === keptFor) return;
  keptFor = person;
  forget(client);
}

function forget(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey: [subject] }) => subject !== 'session' && subject !== 'house' });
}

export const fleetSummary = queryOptions({
  queryKey: ['machines', 'summary'],
  queryFn: ({ signal }) => request<FleetSummary>('GET', '/fleet', { signal }),
});

/** How far each stage of the house has come; told anew every few seconds. */
export const houseChain = queryOptions({
  queryKey: ['operation', 'chain'],
  queryFn: ({ signal }) => request<HouseChainAnswer>('GET', '/house/chain', { signal }),
  refetchInterval: 5_000,
});

/** What of the house stands still. */
export const houseTrouble = queryOptions({
  queryKey: ['operation', 'trouble'],
  queryFn: ({ signal }) => request<HouseTroubleAnswer>('GET', '/house/trouble', { signal }),
  refetchInterval: 15_000,
});

/** A paged list: pages follow as they are asked for. */
function paged<T>(key: readonly unknown[], path: string, query: Query) {
  return infiniteQueryOptions({
    queryKey: [...key, query],
    queryFn: ({ signal, pageParam }) =>
      request<Page<T>>('GET', path, { query: { limit: PAGE, ...query, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
}

export const machines = (query: Query) => paged<MachineListItem>(['machines', 'list'], '/machines', query);
export const cases = (query: Query) => paged<CaseListItem>(['cases'], '/cases', query);
export const alarmList = (query: Query) => paged<AlarmAnswer>(['alarms', 'list'], '/alarms', query);

/** `machine`: windows that are about it. */
export const maintenance = (machine: string, query: Query) =>
  paged<MaintenanceAnswer>(['machine', machine, 'maintenance'], '/maintenance', { machine, ...query });

export const rejects = (query: Query) => paged<RejectAnswer>(['quality', 'rejects'], '/quality/rejects', query);

export const breaks = (query: Query) => paged<BreakAnswer>(['quality', 'breaks'], '/quality/breaks', query);

export const audit = (query: Query) => paged<AuditAnswer>(['audit', 'log'], '/audit', query);

export const auditCheck = queryOptions({
  queryKey: ['audit', 'check'],
  queryFn: ({ signal }) => request<AuditCheckAnswer>('GET', '/audit/check', { signal }),
});

export const quality = (query: Query) => paged<QualityAnswer>(['quality', 'machines'], '/quality', query);

export const machine = (id: string) =>
  queryOptions({
    queryKey: ['machine', id],
    queryFn: ({ signal }) => request<MachineAnswer>('GET', `/machines/${id}`, { signal }),
  });

/** Whether something arrives from a machine; what it sends is kept as long as somebody asks. */
export const connection = (id: string) =>
  queryOptions({
    queryKey: ['connection', id],
    queryFn: ({ signal }) => request<ConnectionAnswer>('GET', `/machines/${id}/connection`, { signal }),
    refetchInterval: 2_000,
  });

export const credentials = (id: string) =>
  queryOptions({
    queryKey: ['credentials', id],
    queryFn: ({ signal }) => request<Page<CredentialItem>>('GET', `/machines/${id}/credentials`, { signal }),
  });

export interface Range {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
}

export interface Readings extends ReadingsAnswer, Range {}

/** Readings of a machine; `range` is asked for at the time of the request, so that a rolling range rolls when it is read again. */
export const readings = (
  machineId: string,
  sensors: readonly string[],
  key: string,
  range: () => Range,
  buckets: number,
) =>
  queryOptions({
    queryKey: ['readings', machineId, sensors.join(','), key, buckets],
    queryFn: async ({ signal }): Promise<Readings> => {
      const { from, to } = range();
      const query = { sensors: sensors.join(','), from: iso(from), to: iso(to), buckets };
      const answer = await request<ReadingsAnswer>('GET', `/machines/${machineId}/readings`, { query, signal });
      return { ...answer, from, to };
    },
    enabled: sensors.length > 0,
  });

export const events = (machineId: string, key: string, range: () => Range) =>
  queryOptions({
    queryKey: ['events', machineId, key],
    queryFn: ({ signal }) => {
      const { from, to } = range();
      return request<Page<MachineEventAnswer>>('GET', `/machines/${machineId}/events`, {
        query: { from: iso(from), to: iso(to), limit: 1000 },
        signal,
      });
    },
  });

export const alarms = (query: Query) =>
  queryOptions({
    queryKey: ['alarms', query],
    queryFn: ({ signal }) => request<Page<AlarmAnswer>>('GET', '/alarms', { query: { limit: 500, ...query }, signal }),
  });

export const serviceCase = (id: string) =>
  queryOptions({
    queryKey: ['case', id],
    queryFn: ({ signal }) => request<CaseAnswer>('GET', `/cases/${id}`, { signal }),
  });

/** The whole rulebook: lists filter it by what only the page knows, the words of each rule. */
export const rules = queryOptions({
  queryKey: ['rules'],
  queryFn: async ({ signal }): Promise<readonly RuleAnswer[]> => {
    const all: RuleAnswer[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const query: Query = { limit: 1000, cursor };
      const page: Page<RuleAnswer> = await request('GET', '/rules', { query, signal });
      all.push(...page.items);
      cursor = page.next;
    }
    return all;
  },
});

/** What rules can name. */
export const plant = queryOptions({
  queryKey: ['plant'],
  queryFn: ({ signal }) => request<PlantAnswer>('GET', '/plant', { signal }),
  staleTime: 60_000,
});

export const rule = (id: string) =>
  queryOptions({
    queryKey: ['rules', id],
    queryFn: ({ signal }) => request<RuleAnswer>('GET', `/rules/${id}`, { signal }),
  });

export const ruleVersions = (id: string) =>
  queryOptions({
    queryKey: ['rules', id, 'versions'],
    queryFn: ({ signal }) =>
      request<Page<RuleVersionAnswer>>('GET', `/rules/${id}/versions`, { query: { limit: 200 }, signal }),
  });

/** Who may own a case. */
export const people = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => request<Page<PersonAnswer>>('GET', '/people', { query: { limit: 1000 }, signal }),
  staleTime: 60_000,
});

export const customers = queryOptions({
  queryKey: ['customers'],
  queryFn: ({ signal }) => request<Page<CustomerItem>>('GET', '/customers', { query: { limit: 1000 }, signal }),
  staleTime: 60_000,
});

export const tokens = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => request<Page<TokenItem>>('GET', '/tokens', { signal }),
});

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
