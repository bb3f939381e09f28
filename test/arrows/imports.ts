import path from 'node:path';
import { parseAst } from 'vite';

export interface Import {
  /** As it stands in the file. */
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly source?: { readonly value?: unknown } | null;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly specifiers?: readonly { readonly importKind?: string; readonly exportKind?: string }[];
}

/** Every import of a TypeScript file: static, re-exporting, dynamic with a fixed text, and types. */
export function importsOf(file: string, text: string): Import[] {
  const found: Import[] = [];
  const program = parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }, file);
  walk(program, (node) => {
    const specifier = node.source?.value;
    if (typeof specifier !== 'string') return;
    found.push({ specifier, typeOnly: isTypeOnly(node), line: text.slice(0, node.start).split('\n').length });
  });
  return found;
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true;
  const names = node.specifiers ?? [];
  return names.length > 0 && names.every((name) => name.importKind === 'type' || name.exportKind === 'type');
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
  if ('type' in value && 'start' in value) visit(value as Node);
  for (const inner of Object.values(value)) if (typeof inner === 'object') walk(inner, visit);
}

/** What a specifier means: a path from the project's root, a module of Node, or a package's name. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'package'; readonly name: string };

export function targetOf(file: string, specifier: string): Target {
  if (specifier.startsWith('.')) return { kind: 'file', path: path.posix.join(path.posix.dirname(file), specifier) };
  if (specifier.startsWith('#')) return { kind: 'file', path: specifier.slice(1) };
  if (specifier.startsWith('node:')) return { kind: 'node', name: specifier };
  const parts = specifier.split('/');
  return { kind: 'package', name: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') };
}
