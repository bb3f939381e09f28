/** Operating states in words. A machine may tell any other: that one is shown as it came. */
import type { Language } from './figures.ts';

interface Words {
  /** Beside a machine: "läuft". */
  readonly word: string;
  /** After "wenn" or "if": "die Maschine läuft". */
  readonly clause: string;
}

const STATES: Readonly<Record<string, Readonly<Record<Language, Words>>>> = {
  running: state('läuft', 'läuft', 'running', 'is running'),
  idle: state('bereit', 'bereit ist', 'idle', 'is idle'),
  stopped: state('steht', 'steht', 'stopped', 'is stopped'),
  setup: state('wird gerüstet', 'gerüstet wird', 'in setup', 'is being set up'),
  maintenance: state('in Wartung', 'in Wartung ist', 'in maintenance', 'is in maintenance'),
  fault: state('gestört', 'gestört ist', 'fault', 'has a fault'),
  'warm-up': state('läuft warm', 'warmläuft', 'warming up', 'is warming up'),
};

function state(de: string, deClause: string, en: string, enClause: string): Readonly<Record<Language, Words>> {
  return {
    de: { word: de, clause: `die Maschine ${deClause}` },
    en: { word: en, clause: `the machine ${enClause}` },
  };
}

export function stateWord(state: string, language: Language): string {
  return Object.hasOwn(STATES, state) ? (STATES[state]?.[language].word ?? state) : state;
}

/** A clause for a condition: "die Maschine läuft", "der Betriebszustand „spülen“ gilt". */
export function stateClause(state: string, language: Language): string {
  const known = Object.hasOwn(STATES, state) ? STATES[state] : undefined;
  if (known) return known[language].clause;
  return language === 'de' ? `der Betriebszustand „${state}“ gilt` : `the state is “${state}”`;
}
