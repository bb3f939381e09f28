/** What ingest tells of itself and of the writer: for the portal, and for those who watch whether it stands still. */
import type { StageState } from '#shared/house/reporter.ts';
import type { Beats } from '#shared/house/beats.ts';
import type { MessageSource } from './broker/port.ts';
import type { Intake } from './intake.ts';
import type { JournalUsage } from './journal-watch.ts';
import type { Writer } from './writer/writer.ts';

export interface IngestStageParts {
  readonly source: MessageSource;
  readonly intake: Intake;
  readonly usage: () => JournalUsage;
  readonly beats: Beats;
}

/** Answers what to tell whenever it is asked; from now on it follows what the source tells. */
export function ingestStage({ source, intake, usage, beats }: IngestStageParts): () => StageState {
  let sessionsLost = 0;
  let brokerDropped: number | undefined;
  source.onNotice((notice) => {
    if (notice.kind === 'session-lost') sessionsLost++;
    if (notice.kind === 'broker-drops') brokerDropped = notice.total;
  });
  return () => {
    const { connected, detail } = source.state();
    const { stored, refused, retained } = source.counts();
    const { bytes, cut } = intake.counts();
    const { bytes: journalBytes, limitBytes } = usage();
    const fails = intake.isStoring ? null : 'the journal takes nothing';
    return {
      passed: stored,
      waitsFor: connected ? fails : detail,
      rejected: {},
      beatAt: beats.at,
      beatsSince: beats.since,
      more: {
        connected: Number(connected),
        storing: Number(intake.isStoring),
        refused,
        retained,
        bytes,
        cut,
        journalBytes,
        journalLimitBytes: limitBytes,
        sessionsLost,
        ...(brokerDropped !== undefined && { brokerDropped }),
      },
    };
  };
}

export function writerStage(writer: Writer): StageState {
  const { lagBytes, lagMs, beatAt, trouble, counts } = writer.state();
  const { readings, events, rejected, derived, refused, damagedBytes, setAside } = counts;
  return {
    passed: readings + events,
    lagBytes,
    lagMs,
    waitsFor: trouble?.message ?? null,
    rejected,
    beatAt: beatAt ?? null,
    more: { readings, events, derived, refused, damagedBytes, setAside },
  };
}
