import { DOORS, ZONES, type Zone } from './arrows.ts';
import { type Import, importsOf, type Target, targetOf } from './imports.ts';

/** Every import of one file that no arrow allows, as a sentence a person can act on. */
export function problemsOf(file: string, text: string): string[] {
  if (isTest(file)) return [];
  const zone = zoneOf(file);
  if (!zone) return [`${file} lies in no zone of test/arrows/arrows.ts`];
  return importsOf(file, text).flatMap((found) => {
    const problem = problemOf(file, zone, found, targetOf(file, found.specifier));
    return problem ? [`${file}:${found.line} ${problem}`] : [];
  });
}

function problemOf(file: string, { name, rule }: FoundZone, found: Import, target: Target): string | undefined {
  if (target.kind === 'node') {
    return rule.browser && !found.typeOnly ? `imports ${target.name}, but ${name} runs in the browser too` : undefined;
  }
  if (target.kind === 'package') {
    const doors = DOORS[target.name];
    if (!doors) return `imports ${target.name}, which has no door`;
    return liesIn(file, doors) ? undefined : `imports ${target.name}, whose door is ${doors.join(', ')}`;
  }
  if (isTest(target.path)) return `imports ${target.path}, which is a test's`;
  if (zoneOf(target.path)?.name === name || liesIn(target.path, rule.may)) return undefined;
  if (!liesIn(target.path, rule.mayTypes ?? [])) return `imports ${target.path}, but no arrow leads there from ${name}`;
  return found.typeOnly ? undefined : `imports ${target.path}, of which ${name} may import types alone`;
}

interface FoundZone {
  /** The zone's folder, with the name of the very folder where the table has `*`. */
  readonly name: string;
  readonly rule: Zone;
}

function zoneOf(file: string): FoundZone | undefined {
  const parts = file.split('/');
  const fits = ({ zone }: Zone): boolean =>
    zone.split('/').every((part, i) => part === parts[i] || (part === '*' && i < parts.length - 1));
  const rule = ZONES.filter(fits).toSorted((a, b) => b.zone.split('/').length - a.zone.split('/').length)[0];
  return rule && { name: parts.slice(0, rule.zone.split('/').length).join('/'), rule };
}

function liesIn(file: string, places: readonly string[]): boolean {
  return places.some((place) => file === place || file.startsWith(`${place}/`));
}

function isTest(file: string): boolean {
  return file.startsWith('test/') || /\.test\.tsx?$/.test(file);
}
