import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import { journalContract } from '#test/contract/journal.ts';

for (const [name, segmentBytes] of [
  ['segment files', 1024 * 1024],
  ['many tiny segment files', 300],
] as const) {
  journalContract(name, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'journal-'));
    let writer: FileJournalWriter | undefined;
    return {
      async writer() {
        const opened = new FileJournalWriter({ dir, segmentBytes });
        await opened.start();
        writer = opened;
        return opened;
      },
      reader: () => new FileJournalReader({ dir, ...(writer && { writer }) }),
      distantReader: () => new FileJournalReader({ dir }),
      remove: () => rm(dir, { recursive: true, force: true }),
    };
  });
}
