/** Components as a tree in the order of reading, each with its sensors. */
import type { MachineAnswer, SensorAnswer } from '#shared/model/api/machine.ts';

export type Component = MachineAnswer['components'][number];

export interface Branch {
  /** Null: sensors that belong to no component. */
  readonly component: Component | null;
  readonly depth: number;
  readonly sensors: readonly SensorAnswer[];
}

/** Parents before their children; a component whose parent is unknown stands at the top. */
export function branchesOf({ components, sensors }: Pick<MachineAnswer, 'components' | 'sensors'>): Branch[] {
  const known = new Set(components.map(({ id }) => id));
  const branches: Branch[] = [];
  const seen = new Set<string>();
  const visit = (component: Component, depth: number): void => {
    if (seen.has(component.id)) return;
    seen.add(component.id);
    branches.push({ component, depth, sensors: sensors.filter((sensor) => sensor.component === component.id) });
    for (const child of components) if (child.parent === component.id) visit(child, depth + 1);
  };
  for (const component of components)
    if (component.parent === null || !known.has(component.parent)) visit(component, 0);
  const rest = sensors.filter((sensor) => sensor.component === null || !known.has(sensor.component));
  return rest.length > 0 ? [...branches, { component: null, depth: 0, sensors: rest }] : branches;
}

/** Which courses are shown where nobody chose: those that are furthest outside, else the first ones. */
export function usualSensors(machine: Pick<MachineAnswer, 'sensors' | 'worst'>, wanted: number): string[] {
  const rank = (sensor: SensorAnswer): number =>
    sensor.id === machine.worst?.sensor ? Infinity : Math.max(0, sensor.last?.excess ?? 0);
  return [...machine.sensors]
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, wanted)
    .map(({ id }) => id);
}
