import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { holds } from './holds.ts';

test('what a property found once is run again first, until it holds', async () => {
  const dir = await tempDir('found');
  onTestFinished(() => removeDir(dir));
  const file = path.join(dir, 'found.json');
  const found = pathToFileURL(file);
  const limits: number[] = [];
  const below = (limit: number) =>
    fc.property(fc.integer({ min: 0, max: 1000 }), (n) => {
      limits.push(n);
      expect(n).toBeLessThan(limit);
    });
  await expect(holds('below', below(500), { runs: 200, found })).rejects.toThrow(
    /Counterexample: \[500\][^]*Kept in found\.json/,
  );
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject([{ property: 'below', path: expect.any(String) }]);

  // With no random run at all: it is the one that was kept.
  limits.length = 0;
  await expect(holds('below', below(500), { runs: 0, found })).rejects.toThrow(/Counterexample: \[500\]/);
  expect(limits).toEqual([500]);
  await holds('another', below(500), { runs: 0, found });
  await holds('below', below(1001), { runs: 10, found });
  expect(JSON.parse(await readFile(file, 'utf8'))).toHaveLength(1);
});
