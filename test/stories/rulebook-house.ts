/** A journal, a database and the reader of the rules, with a hand on the clock: what changes of the rulebook do over time. */
import path from 'node:path';
import { RulesReader } from '#rules/reader/reader.ts';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { addAccount } from '#shared/database/queries/accounts.ts';
import { applyConfiguration, markEffective } from '#shared/database/queries/configuration.ts';
import { readerPosition } from '#shared/database/queries/reader.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rulebook } from '#shared/model/rule.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { copyEmptyDatabase } from '#test/portal/embedded.ts';
import { removeDir, tempDir, waitFor } from '#test/servers/tools.ts';

export const LEAD = { login: 'lena', name: 'Lena Leitung' };

export class RulebookHouse {
  readonly database: Database;
  readonly log = createLog('error', { destination: { write: (line) => void this.logged.push(line) } });
  readonly logged: string[] = [];
  readonly #dir: string;
  readonly #journal: FileJournalWriter;
  #reader: RulesReader | undefined;

  constructor(dir: string) {
    this.#dir = dir;
    this.database = openDatabase({ dataDir: dir });
    this.#journal = new FileJournalWriter({ dir: path.join(dir, 'journal') });
  }

  static async open(): Promise<RulebookHouse> {
    const dir = await tempDir('rulebook');
    await copyEmptyDatabase(dir);
    const house = new RulebookHouse(dir);
    await house.database.start();
    await house.#journal.start();
    await house.database.transaction((tx) =>
      addAccount(tx, { ...LEAD, id: 'id-lena', role: 'lead', passwordHash: '-' }, new Date(0)),
    );
    return house;
  }

  async close(): Promise<void> {
    await this.#reader?.stop();
    await this.#journal.stop();
    await this.database.stop();
    await removeDir(this.#dir);
  }

  journal(): FileJournalReader {
    return new FileJournalReader({ dir: path.join(this.#dir, 'journal'), writer: this.#journal });
  }

  /** Takes effect at this place of the journal and this time, epoch ms. */
  async change(next: { readonly plant?: Plant; readonly rulebook?: Rulebook }, why: string, at: number): Promise<void> {
    const { version } = await this.database.transaction((tx) =>
      applyConfiguration(tx, { ...next, author: LEAD.login, reason: why }),
    );
    const position = await this.#append('config', '', { version }, at);
    await markEffective(this.database.kysely, version, position, at);
  }

  async measure(machine: string, values: Readonly<Record<string, number>>, at: number, ts = at): Promise<void> {
    await this.#append('message', `machines/${machine}/telemetry`, { ts, values }, at);
  }

  async tick(at: number): Promise<void> {
    await this.#journal.append([{ kind: 'tick', at, topic: '', payload: new Uint8Array() }]);
  }

  async restartReader(): Promise<void> {
    await this.#reader?.stop();
    const settings = { mqttPrefix: 'machines', reopenHours: 24, caseAbsorbFor: 86_400_000 };
    this.#reader = new RulesReader({
      journal: this.journal(),
      database: this.database,
      settings,
      log: this.log,
      metrics: new Metrics(),
      snapshots: { everyMs: 50, everyRecords: 40 },
    });
    await this.#reader.start();
  }

  async caughtUp(): Promise<void> {
    await waitFor('the rules have read all', async () => {
      return (await readerPosition(this.database.kysely, 'rules'))?.position === this.#journal.end();
    });
  }

  #append(kind: 'config' | 'message', topic: string, payload: unknown, at: number): Promise<number> {
    return this.#journal.append([{ kind, at, topic, payload: Buffer.from(JSON.stringify(payload)) }]);
  }
}
