/** What of the fleet is looked at, as the address says it. */
import type { MachineListItem } from '#shared/model/api/machine.ts';
import { CONDITIONS, type MachineCondition } from '#shared/model/condition.ts';
import { textIn } from '#shared/model/text.ts';

export const SORTS = ['severity', 'tier', 'since', 'name'] as const;
export type Sort = (typeof SORTS)[number];
export const GROUPS = ['none', 'customer', 'site', 'model'] as const;
export type Group = (typeof GROUPS)[number];

export interface FleetView {
  readonly condition: MachineCondition | undefined;
  readonly sort: Sort;
  readonly group: Group;
  readonly q: string;
}

/** Reads the address; what it does not know is left out. */
export function readView(params: URLSearchParams): FleetView {
  return {
    condition: CONDITIONS.find((each) => each === params.get('condition')),
    sort: SORTS.find((each) => each === params.get('sort')) ?? 'severity',
    group: GROUPS.find((each) => each === params.get('group')) ?? 'none',
    q: params.get('q') ?? '',
  };
}

/** The address with a change; what is as usual is not written. */
export function writeView(params: URLSearchParams, change: Partial<FleetView>): URLSearchParams {
  const view = { ...readView(params), ...change };
  const next = new URLSearchParams(params);
  const put = (key: string, value: string | undefined, usual: string): void => {
    if (value === undefined || value === usual) next.delete(key);
    else next.set(key, value);
  };
  put('condition', view.condition, '');
  put('sort', view.sort, 'severity');
  put('group', view.group, 'none');
  put('q', view.q, '');
  return next;
}

export type Line =
  | { readonly kind: 'machine'; readonly id: string; readonly machine: MachineListItem }
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly name: string;
      readonly machines: readonly MachineListItem[];
    };

/** Rows with a head above each group; groups come in the order of their first machine, so the worst group is on top. */
export function linesOf(machines: readonly MachineListItem[], group: Group, language: string, noSite: string): Line[] {
  if (group === 'none') return machines.map((machine) => ({ kind: 'machine', id: machine.id, machine }));
  const groups = new Map<string, { name: string; machines: MachineListItem[] }>();
  for (const machine of machines) {
    const { key, name } = groupOf(machine, group, language, noSite);
    const known = groups.get(key);
    if (known) known.machines.push(machine);
    else groups.set(key, { name, machines: [machine] });
  }
  return [...groups].flatMap(([key, { name, machines: members }]) => [
    { kind: 'group' as const, id: `group ${key}`, name, machines: members },
    ...members.map((machine) => ({ kind: 'machine' as const, id: machine.id, machine })),
  ]);
}

function groupOf(
  machine: MachineListItem,
  group: Group,
  language: string,
  noSite: string,
): { key: string; name: string } {
  if (group === 'model') return { key: machine.model.id, name: textIn(machine.model.name, language) };
  const customer = textIn(machine.customer.name, language);
  if (group === 'customer') return { key: machine.customer.id, name: customer };
  return { key: `${machine.customer.id} ${machine.site ?? ''}`, name: `${machine.site ?? noSite}, ${customer}` };
}

/** How many of these machines are in which condition, worst first; those that are well are not told. */
export function tally(machines: readonly MachineListItem[]): readonly (readonly [MachineCondition, number])[] {
  return CONDITIONS.filter((condition) => condition !== 'OK')
    .map((condition) => [condition, machines.filter((machine) => machine.condition === condition).length] as const)
    .filter(([, count]) => count > 0);
}
