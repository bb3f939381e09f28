/** A process that writes rows into the embedded database until it is killed; told which folder by its argument. */
import { openDatabase } from '#shared/database/database.ts';
import { json } from '#shared/database/json.ts';

const database = openDatabase({ dataDir: process.argv[2] ?? '' });
await database.start();
for (let n = 0; ; n++) {
  await database.transaction(async (tx) => {
    for (const half of ['a', 'b'])
      await tx
        .insertInto('audit')
        .values({ actor: null, action: half, detail: json({ n }) })
        .execute();
  });
  process.stdout.write(`${n}\n`);
}
