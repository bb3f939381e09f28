/** What a machine may do at a mosquitto, as roles of its dynamic-security plugin: what topics.ts says for the embedded broker. */

export interface Acl {
  readonly acltype: 'publishClientSend' | 'subscribePattern';
  readonly topic: string;
  readonly allow: boolean;
  readonly priority: number;
}

export interface Role {
  readonly rolename: string;
  readonly acls: readonly Acl[];
}

/** Held by every machine: nobody speaks for another machine as a device of its own. Goes before `node-…`, after `machine-…`. */
export const MACHINES_ROLE = 'machines';

const OWN = 'machine-';

/** The machine's own topics, and itself as a Sparkplug node or device. */
export function rolesOf(prefix: string, machine: string): readonly Role[] {
  const own = [
    publish(`${prefix}/${machine}/+/#`),
    publish(`spBv1.0/+/+/${machine}`),
    publish(`spBv1.0/+/+/+/${machine}`),
    subscribe(`${prefix}/${machine}/#`),
    subscribe('spBv1.0/STATE/#'),
    subscribe(`spBv1.0/+/NCMD/${machine}/#`),
    subscribe(`spBv1.0/+/DCMD/${machine}/#`),
    subscribe(`spBv1.0/+/DCMD/+/${machine}`),
  ];
  return [
    { rolename: `${OWN}${machine}`, acls: own },
    { rolename: `node-${machine}`, acls: [publish(`spBv1.0/+/+/${machine}/+`)] },
  ];
}

/** In the order in which the plugin is to ask them. */
export function rolesHeldBy(machine: string): readonly { readonly rolename: string; readonly priority: number }[] {
  return [
    { rolename: `${OWN}${machine}`, priority: 3 },
    { rolename: MACHINES_ROLE, priority: 2 },
    { rolename: `node-${machine}`, priority: 1 },
  ];
}

/** The machine whose own role is among these. */
export function machineOf(rolenames: readonly string[]): string | undefined {
  return rolenames.find((name) => name.startsWith(OWN))?.slice(OWN.length);
}

export function notAsDevice(machine: string): Acl {
  return { ...publish(`spBv1.0/+/+/+/${machine}`), allow: false };
}

function publish(topic: string): Acl {
  return { acltype: 'publishClientSend', topic, allow: true, priority: 0 };
}

function subscribe(topic: string): Acl {
  return { acltype: 'subscribePattern', topic, allow: true, priority: 0 };
}
