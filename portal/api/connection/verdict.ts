/** What became of a message, told in one word, in numbers, and with the first reasons. */
import type { VerdictAnswer } from '#shared/model/api/connection.ts';
import type { Reject, Telemetry } from '#shared/telemetry/types.ts';

const FINDINGS_SHOWN = 5;

export function verdictOf(telemetry: Telemetry): VerdictAnswer {
  const taken = {
    readings: telemetry.snapshots.reduce((sum, { readings }) => sum + readings.length, 0),
    events: telemetry.events.length,
    states: telemetry.states.length,
    connections: telemetry.connections.length,
  };
  const setAside = telemetry.rejects.reduce((sum, { count = 1 }) => sum + count, 0);
  const some = taken.readings + taken.events + taken.states + taken.connections > 0;
  const verdict = setAside === 0 ? (some ? 'taken' : 'nothing') : some ? 'partly' : 'refused';
  return { verdict, taken, setAside, findings: telemetry.rejects.slice(0, FINDINGS_SHOWN).map(findingOf) };
}

function findingOf({ reason, detail, sensor, path }: Reject): VerdictAnswer['findings'][number] {
  return { reason, detail, sensor: sensor ?? null, path: path ?? null };
}
