/** What people say of a case when it is over: short lists to choose cause and remedy from, and free words beside them. */
import type { Choice, Component, MachineModel } from './plant.ts';
import { type Text, textIn } from './text.ts';

/** The lists that hold for a case. */
export interface Choices {
  readonly causes: readonly Choice[];
  readonly remedies: readonly Choice[];
  /** Why an alarm was false. */
  readonly whys: readonly Choice[];
}

/** Causes where the model names none of its own. */
const CAUSES: readonly Choice[] = [
  { id: 'wear', name: { de: 'Verschleiß', en: 'Wear' } },
  { id: 'lubrication', name: { de: 'Schmierung', en: 'Lubrication' } },
  { id: 'leak', name: { de: 'Undichtigkeit', en: 'Leakage' } },
  { id: 'clogged', name: { de: 'Verstopfung oder Verschmutzung', en: 'Clogging or dirt' } },
  { id: 'loose', name: { de: 'Lose Verbindung', en: 'Loose connection' } },
  { id: 'electrical', name: { de: 'Elektrik oder Steuerung', en: 'Electrics or control' } },
  { id: 'operation', name: { de: 'Bedienung oder Prozess', en: 'Operation or process' } },
];

/** Remedies where the model names none of its own. */
const REMEDIES: readonly Choice[] = [
  { id: 'replaced', name: { de: 'Teil getauscht', en: 'Part replaced' } },
  { id: 'repaired', name: { de: 'Instand gesetzt', en: 'Repaired' } },
  { id: 'lubricated', name: { de: 'Geschmiert', en: 'Lubricated' } },
  { id: 'cleaned', name: { de: 'Gereinigt', en: 'Cleaned' } },
  { id: 'tightened', name: { de: 'Nachgezogen oder abgedichtet', en: 'Tightened or sealed' } },
  { id: 'adjusted', name: { de: 'Nachgestellt', en: 'Adjusted' } },
  { id: 'advised', name: { de: 'Kunden beraten', en: 'Customer advised' } },
  { id: 'none', name: { de: 'Nichts zu tun', en: 'Nothing to do' } },
];

/** What makes an alarm false has to do with rule and sensor, not with the model: one list for all. */
const WHYS: readonly Choice[] = [
  { id: 'sensor', name: { de: 'Sensor oder Leitung gestört', en: 'Sensor or wiring faulty' } },
  { id: 'too-tight', name: { de: 'Toleranz oder Grenzwert zu eng', en: 'Tolerance or limit too tight' } },
  { id: 'too-quick', name: { de: 'Verzögerung zu kurz', en: 'Delay too short' } },
  { id: 'normal-here', name: { de: 'In diesem Betrieb normal', en: 'Normal in this operation' } },
  { id: 'work', name: { de: 'Arbeiten an der Maschine', en: 'Work on the machine' } },
  { id: 'transmission', name: { de: 'Übertragung gestört', en: 'Transmission faulty' } },
];

/** The lists for a case at a component ('' for none): the model's own, else the general ones. */
export function choicesFor(model: MachineModel | undefined, component: string): Choices {
  const fits = ({ component: about }: Choice): boolean =>
    about === undefined || component === '' || onOneBranch(model?.components ?? [], about, component);
  return {
    causes: (model?.causes ?? CAUSES).filter(fits),
    remedies: (model?.remedies ?? REMEDIES).filter(fits),
    whys: WHYS,
  };
}

/** Whether one component is the other, or a part of it. */
function onOneBranch(components: readonly Component[], one: string, other: string): boolean {
  return above(components, one).includes(other) || above(components, other).includes(one);
}

/** The component and what it is part of. */
function above(components: readonly Component[], of: string): readonly string[] {
  const way: string[] = [];
  for (let at: string | undefined = of; at !== undefined && !way.includes(at); ) {
    way.push(at);
    at = components.find(({ id }) => id === at)?.parent;
  }
  return way;
}

/** Words of a person, and the entry of the list they chose, if it was one. */
export interface Said {
  readonly text: string;
  readonly choice: string | null;
}

/** Finds what was said in a list: by the entry's id, or by its name in any language. An id becomes its name in `language`. */
export function said(list: readonly Choice[], words: string, language: string): Said {
  const text = words.trim();
  const byId = list.find(({ id }) => id === text);
  if (byId) return { text: textIn(byId.name, language, text), choice: byId.id };
  const plain = text.toLowerCase();
  const byName = list.find(({ name }) => namesOf(name).some((each) => each.toLowerCase() === plain));
  return { text, choice: byName?.id ?? null };
}

function namesOf(name: Text): readonly string[] {
  return typeof name === 'string' ? [name] : Object.values(name);
}
