/** What the source learns of the way the messages come, into the journal: the rules tell of it like of everything that came in. */
import type { Log } from '#shared/process/log.ts';
import type { Note } from '#shared/telemetry/note.ts';
import type { MessageSource, SourceNotice } from './broker/port.ts';

export function noteInJournal(source: MessageSource, note: (note: Note) => Promise<unknown>, log: Log): void {
  source.onNotice((notice) => {
    const told = noteOf(notice);
    if (told === undefined) return;
    note(told).catch((error: unknown) =>
      log.warn({ err: error, ...told }, 'what the broker told of itself is not in the journal: ingest has ended'),
    );
  });
}

function noteOf(notice: SourceNotice): Note | undefined {
  if (notice.kind === 'session-lost') return { note: 'session-lost', since: notice.since };
  if (notice.kind === 'broker-drops') return { note: 'broker-drops', total: notice.total };
  if (notice.kind === 'slowed') return { note: 'slowed', machine: notice.machine, perSecond: notice.perSecond };
  return undefined;
}
