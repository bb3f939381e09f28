import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { type Text, textIn } from '#shared/model/text.ts';
import { machine as machineQuery } from '#portal/web/api/queries.ts';
import type { Language } from '#portal/web/i18n/language.ts';
import type { Names } from './words.ts';

/** Names of a machine's sensors and components, for sentences; ids as long as they are not there. */
export function namesOf(machine: Pick<MachineAnswer, 'sensors' | 'components'> | undefined, language: Language): Names {
  const sensors = new Map(machine?.sensors.map((sensor) => [sensor.id, sensor]));
  const components = new Map(machine?.components.map((component) => [component.id, component]));
  return {
    sensor: (id) => ({
      name: textIn(sensors.get(id)?.name ?? undefined, language, id),
      unit: sensors.get(id)?.unit ?? undefined,
    }),
    component: (id) => textIn(components.get(id)?.name, language, id),
  };
}

/** For shared/model/sentence.ts, which asks for texts. */
export function sensorTexts(machine: Pick<MachineAnswer, 'sensors'> | undefined): (sensor: string) => Text | undefined {
  const texts = new Map(machine?.sensors.map((sensor) => [sensor.id, sensor.name ?? undefined]));
  return (sensor) => texts.get(sensor);
}

/** Names from one machine of the kind; undefined id: none is known. */
export function useNames(
  machineId: string | undefined,
  language: Language,
): { readonly names: Names; readonly machine: MachineAnswer | undefined } {
  const { data } = useQuery({ ...machineQuery(machineId ?? ''), enabled: machineId !== undefined, staleTime: 60_000 });
  const names = useMemo(() => namesOf(data, language), [data, language]);
  return { names, machine: data };
}
