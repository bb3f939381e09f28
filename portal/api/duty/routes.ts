/** Who is on duty: the rota, and what it comes to. */
import type { Queries } from '#shared/database/database.ts';
import { type Recipient, recipientsById } from '#shared/database/queries/recipients.ts';
import { latestVersion, type Version } from '#shared/database/queries/service-versions.ts';
import { may } from '#shared/model/access.ts';
import { DutyAnswer, DutyNowAnswer, DutyQuery, RotaBody } from '#shared/model/api/service.ts';
import { Duty, type DutyRota, type OnDuty, rotaProblems } from '#shared/model/service/duty.ts';
import { DAY_MS } from '#shared/model/service/zone.ts';
import type { PortalParts } from '../parts.ts';
import { invalid } from '../problems.ts';
import { type Route, route } from '../route.ts';
import { presentVersion, writeVersion } from '../versions.ts';

const AHEAD_MS = 14 * DAY_MS;
const MOST_MS = 100 * DAY_MS;

type People = ReadonlyMap<string, Recipient>;

export function dutyRoutes({ database }: Pick<PortalParts, 'database'>): Route[] {
  const whole = async (version: Version<DutyRota>, from: number, to: number) => {
    const people = await recipientsById(database.kysely, peopleOf(version.content));
    const spans = new Duty(version.content).spans(from, to);
    return {
      ...(await presentVersion(database, version)),
      rota: present(version.content),
      spans: spans.map((span) => ({ from: iso(span.from), to: iso(span.to), onDuty: named(span.onDuty, people) })),
    };
  };
  return [
    route({
      method: 'get',
      path: '/duty',
      may: 'service.see',
      summary: 'The rota, and who is on duty when; left out: the coming 14 days. ETag is the version',
      query: DutyQuery,
      answer: DutyAnswer,
      act: async ({ query, now, res }) => {
        const from = query.from === undefined ? now : Date.parse(query.from);
        const to = query.to === undefined ? from + AHEAD_MS : Date.parse(query.to);
        if (!(from < to && to - from <= MOST_MS))
          throw invalid([{ path: 'query.to', message: 'lies after `from`, by 100 days at most' }]);
        const newest = await latestVersion(database.kysely, 'duty_rota');
        res.setHeader('etag', `"${newest.version}"`);
        return whole(newest, from, to);
      },
    }),
    route({
      method: 'put',
      path: '/duty',
      may: 'service.change',
      summary:
        'The rota from now on: layers of turns, the first that covers an instant decides; exceptions come before',
      locks: true,
      body: RotaBody,
      answer: DutyAnswer,
      act: async (context) => {
        const written = await writeVersion(database, context, {
          table: 'duty_rota',
          action: 'duty.changed',
          make: () => context.body,
          problems: async (rota, tx) => [...rotaProblems(rota), ...(await strangers(tx, rota))],
        });
        return whole(written, context.now, context.now + AHEAD_MS);
      },
    }),
    route({
      method: 'get',
      path: '/duty/now',
      may: 'service.see',
      summary: 'Who is on duty now, until when, and who is next',
      answer: DutyNowAnswer,
      act: async ({ now }) => {
        const { content } = await latestVersion(database.kysely, 'duty_rota');
        const people = await recipientsById(database.kysely, peopleOf(content));
        const [first, second] = new Duty(content).spans(now, now + AHEAD_MS);
        return {
          onDuty: named(first?.onDuty ?? null, people),
          lead: content.lead === null ? null : person(content.lead, people),
          until: iso(first?.to ?? now + AHEAD_MS),
          next: named(second?.onDuty ?? null, people),
        };
      },
    }),
  ];
}

/** Everybody the rota names, with the place. */
function placesOf({ layers, exceptions, lead }: DutyRota): readonly { readonly id: string; readonly path: string }[] {
  const turns = [
    ...layers.flatMap((layer, i) => layer.turns.map((turn, k) => ({ turn, path: `layers[${i}].turns[${k}]` }))),
    ...exceptions.map((turn, i) => ({ turn, path: `exceptions[${i}]` })),
  ];
  return [
    ...turns.flatMap(({ turn, path }) => [
      { id: turn.person, path: `${path}.person` },
      ...(turn.deputy === null ? [] : [{ id: turn.deputy, path: `${path}.deputy` }]),
    ]),
    ...(lead === null ? [] : [{ id: lead, path: 'lead' }]),
  ];
}

const peopleOf = (rota: DutyRota): string[] => placesOf(rota).map(({ id }) => id);

/** Whoever is on duty sees every customer's cases and may work on them. */
async function strangers(db: Queries, rota: DutyRota): Promise<{ path: string; message: string }[]> {
  const people = await recipientsById(db, peopleOf(rota));
  return placesOf(rota).flatMap(({ id, path }) => {
    const found = people.get(id);
    if (found && found.scope === 'all' && may(found.role, 'case.work')) return [];
    return [{ path, message: `"${id}" is nobody who works on the cases of every customer` }];
  });
}

function named(onDuty: OnDuty | null, people: People) {
  if (!onDuty) return null;
  const { person: id, deputy, layer } = onDuty;
  return { person: person(id, people), deputy: deputy === null ? null : person(deputy, people), layer };
}

const person = (id: string, people: People): { id: string; name: string } => ({ id, name: people.get(id)?.name ?? id });

const iso = (ms: number): string => new Date(ms).toISOString();

function present({ timezone, land, lead, layers, exceptions }: DutyRota) {
  return {
    timezone,
    land,
    lead,
    layers: layers.map(({ hours, turns, ...layer }) => ({
      ...layer,
      hours: hours && Object.fromEntries(Object.entries(hours).map(([weekday, spans]) => [weekday, [...spans]])),
      turns: [...turns],
    })),
    exceptions: [...exceptions],
  };
}
