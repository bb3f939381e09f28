import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Version of Leitwarte, as package.json says. */
export function leitwarteVersion(): string {
  const file = path.resolve(import.meta.dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
