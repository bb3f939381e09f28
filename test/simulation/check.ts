/** What must hold after a run, whatever happened in it. */
import { Fold } from '#rules/reader/fold.ts';
import { StatusBoard } from '#rules/reader/status-board.ts';
import { Work } from '#rules/reader/work.ts';
import { Translator, Batch } from '#ingest/writer/translator.ts';
import type { JournalRecord } from '#shared/journal/port.ts';
import { Outcome } from './database.ts';
import { SILENT } from './log.ts';
import type { Observer } from './observer.ts';
import { type Generated, LEAVING } from './plant.ts';
import { foldOptions, named, setupOf } from './rules.ts';
import type { Site } from './site.ts';
import { eventOf, pointOf } from './store.ts';

const MOST_TOLD = 5;

/** Sentences that say what is wrong; none where all holds. */
export async function problems(site: Site, observer: Observer, sent: readonly Generated[]): Promise<string[]> {
  const found = [
    ...inJournal(site, observer, sent),
    ...accounted(site, observer.records, sent),
    ...(await stored(site, observer.records)),
    ...judged(site, observer.records),
    ...oneCaseEach(site),
  ];
  return found.length <= MOST_TOLD ? found : [...found.slice(0, MOST_TOLD), `and ${found.length - MOST_TOLD} more`];
}

const keyOf = (topic: string, payload: Uint8Array): string => `${topic} ${Buffer.from(payload).toString('latin1')}`;

/** Acknowledged ⊆ journal; nothing in the journal was damaged, or falls back in time. */
function inJournal({ broker, disk }: Site, observer: Observer, sent: readonly Generated[]): string[] {
  const known = new Set(observer.records.map(({ topic, payload }) => keyOf(topic, payload)));
  const lost = broker.ledger.filter((n) => {
    const message = sent[n];
    return message !== undefined && !known.has(keyOf(message.topic, message.payload));
  });
  const backwards = observer.records.filter((record, i) => {
    const before = observer.records[i - 1];
    return before !== undefined && (record.at < before.at || record.position < before.next);
  });
  return [
    ...lost.map((n) => `message ${n} was acknowledged and is not in the journal`),
    ...backwards.map(({ position }) => `the entry at ${position} falls back`),
    // A power cut may leave holes in what was never acknowledged.
    ...(observer.damaged > 0 && disk.powerCuts === 0 ? [`${observer.damaged} bytes of the journal were damaged`] : []),
  ];
}

/** Each reading of each message in the journal is stored or set aside, as those who made it know. */
function accounted(
  { store, database, readingsPerSecond }: Site,
  records: readonly JournalRecord[],
  sent: readonly Generated[],
): string[] {
  const made = new Map(sent.map((message) => [keyOf(message.topic, message.payload), message]));
  const aside = new Map<number, number>();
  for (const key of database.outcome.rejects.keys()) {
    const position = Number(key.split(' ')[0]);
    aside.set(position, (aside.get(position) ?? 0) + 1);
  }
  return records.flatMap((record) => {
    const message = record.kind === 'message' ? made.get(keyOf(record.topic, record.payload)) : undefined;
    if (message === undefined) return [];
    const rejects = aside.get(record.position) ?? 0;
    // What is too much is counted; that it is what one reader would have set aside is seen below.
    if (readingsPerSecond !== undefined) return [];
    if (message.isBroken) return rejects === 0 ? [`message ${message.n} is broken and was not set aside`] : [];
    const missing = message.readings.filter((r) => r.isGood && store.readings.get(pointOf(r)) !== r.value);
    const bad = message.readings.filter(({ isGood }) => !isGood).length;
    if (message.topic.includes(LEAVING)) {
      return missing.length > rejects ? [`message ${message.n}: ${missing.length} readings are nowhere`] : [];
    }
    return [
      ...missing.map(({ sensor, ts }) => `message ${message.n}: ${sensor} at ${ts} is not stored`),
      ...(rejects === bad ? [] : [`message ${message.n}: ${rejects} set aside instead of ${bad}`]),
    ];
  });
}

/** The store holds what one pass over the journal yields, and nothing else. */
async function stored(site: Site, records: readonly JournalRecord[]): Promise<string[]> {
  const { store, database } = site;
  const configurations = {
    byVersion: (version: number) => Promise.resolve(database.byVersion(version)),
    at: () => Promise.resolve(undefined),
  };
  const translator = await Translator.open({ ...foldOptions(site), log: SILENT, configurations }, 0);
  const batch = new Batch();
  for (const record of records) {
    const version = translator.configurationWanted(record);
    const configuration = version === undefined ? undefined : database.byVersion(version);
    if (configuration) translator.configure(configuration);
    translator.translate(record, batch);
  }
  const readings = new Map(batch.readings.map((reading) => [pointOf(reading), reading.value]));
  const events = new Set(batch.events.map(eventOf));
  return [
    ...[...readings].filter(([point, value]) => store.readings.get(point) !== value).map(([p]) => `${p} is not stored`),
    ...[...store.readings.keys()].filter((point) => !readings.has(point)).map((point) => `${point} comes from nowhere`),
    ...[...events].filter((event) => !store.events.has(event)).map((event) => `event ${event} is not stored`),
    ...[...store.events].filter((event) => !events.has(event)).map((event) => `event ${event} comes from nowhere`),
  ];
}

/** Alarms, cases, rejects and counts are those of one reader that nothing disturbed. */
function judged(site: Site, records: readonly JournalRecord[]): string[] {
  const { database } = site;
  const fold = new Fold(setupOf(database, null), foldOptions(site));
  const board = new StatusBoard([]);
  const work = new Work(0);
  for (const record of records) {
    if (record.position < database.position) fold.take(record, named(database, record), { work, board });
  }
  const expected = new Outcome();
  expected.write(work, board.take(work.at, true));
  // Times of machines may wait to be told; a memory that was kept holds back nothing.
  const isTold = database.kept?.position === database.position;
  const compared = (outcome: Outcome): string[] =>
    outcome.lines().filter((line) => isTold || !line.startsWith('status'));
  const [ours, theirs] = [compared(database.outcome), compared(expected)];
  const [has, must] = [new Set(ours), new Set(theirs)];
  const differences = [
    ...ours.filter((line) => !must.has(line)).map((line) => `found: ${line}`),
    ...theirs.filter((line) => !has.has(line)).map((line) => `expected: ${line}`),
  ];
  if (differences.length === 0 && ours.length !== theirs.length) differences.push('something was written twice');
  return differences;
}

function oneCaseEach({ database }: Site): string[] {
  const places = database.outcome.cases.map(({ machine, component }) => `${machine} ${component}`);
  return places.filter((place, i) => places.indexOf(place) !== i).map((place) => `two open cases at ${place}`);
}
