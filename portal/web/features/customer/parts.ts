import type { MachineListItem } from '#shared/model/api/machine.ts';

export interface Parts {
  readonly attention: readonly MachineListItem[];
  readonly unknown: readonly MachineListItem[];
  readonly well: readonly MachineListItem[];
}

/** Somebody has to do something about it: a standing danger, a breach, maintenance due. */
export function needsAttention({ condition }: Pick<MachineListItem, 'condition'>): boolean {
  return condition === 'F' || condition === 'S' || condition === 'M' || condition === '?';
}

/** The machines as a customer looks at them. A function check is none of the customer's worries. */
export function partsOf(machines: readonly MachineListItem[]): Parts {
  return {
    attention: machines.filter((machine) => needsAttention(machine) && machine.condition !== '?'),
    unknown: machines.filter((machine) => machine.condition === '?'),
    well: machines.filter((machine) => !needsAttention(machine)),
  };
}
