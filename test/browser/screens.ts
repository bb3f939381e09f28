/** Every screen there is, who looks at it, and where it stands. */
import type { CaseListItem } from '#shared/model/api/case.ts';
import { waitFor } from '#test/servers/tools.ts';
import type { Stage } from './stage.ts';

export interface Screen {
  readonly name: string;
  /** Undefined: nobody is logged in. */
  readonly person: string | undefined;
  readonly path: string;
}

/** The screens of a running demo, once there is something to see on each. */
export async function screensOf({ admin }: Stage): Promise<readonly Screen[]> {
  const cases = async (query: string): Promise<readonly CaseListItem[]> =>
    (await admin.get<{ items: readonly CaseListItem[] }>(`/cases?limit=100&${query}`)).body.items;
  const [open, own] = await waitFor(
    'a standing case and one of the customer',
    async () => {
      const standing = (await cases('status=open')).find((each) => each.standing > 0);
      const [ofCustomer] = await cases('status=all&customer=muster-praezision');
      return standing && ofCustomer && ([standing, ofCustomer] as const);
    },
    240_000,
  );
  const of = (person: string | undefined, screens: Readonly<Record<string, string>>): Screen[] =>
    Object.entries(screens).map(([name, path]) => ({ name, person, path }));
  return [
    ...of(undefined, { login: '/login' }),
    ...of('technik', {
      fleet: '/',
      'fleet-groups': '/?group=customer',
      'fleet-wall': '/?wall=1',
      inbox: '/cases?view=open',
      case: `/cases/${open.id}?view=open`,
      machine: `/machines/${open.machine}?range=24h`,
      'machine-alarms': `/machines/${open.machine}?tab=alarms`,
      'machine-maintenance': `/machines/${open.machine}?tab=maintenance`,
      'machine-cases': `/machines/${open.machine}?tab=cases`,
      'machine-quality': `/machines/${open.machine}?tab=quality`,
      'machine-connection': `/machines/${open.machine}?tab=connection`,
      rules: '/rules',
      rule: '/rules/spindle-bearing-hot',
      quality: '/quality',
      profile: '/profile',
      'not-found': '/nowhere',
    }),
    ...of('leitung', { operation: '/operation', admin: '/admin', 'rule-edit': '/rules/spindle-bearing-hot?edit=1' }),
    ...of('betreuung', { 'no-access': '/quality' }),
    ...of('muster', {
      'customer-home': '/',
      'customer-cases': '/cases?view=closed',
      'customer-case': `/cases/${own.id}`,
      'customer-machine': `/machines/${own.machine}`,
    }),
  ];
}
