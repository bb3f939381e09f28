/** Reads request bodies: JSON up to 256 kB, documents (YAML or JSON text) up to 10 MB, nothing compressed, nothing too deep. */
import express, { type Request, type RequestHandler, type Response } from 'express';
import { ProblemError } from './problems.ts';

const DOCUMENT_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'application/json'];
/** Deeper nesting than any rule needs, and far below what recursion takes. */
const DEEPEST = 64;

const json = express.json({ limit: '256kb', inflate: false, strict: false, type: 'application/json' });
const document = express.text({ limit: '10mb', inflate: false, type: DOCUMENT_TYPES });

/** The body as JSON value or text; an absent body is an empty object or text. */
export async function readBody(req: Request, res: Response, takes: 'json' | 'document'): Promise<unknown> {
  const empty = req.headers['transfer-encoding'] === undefined && !(Number(req.headers['content-length']) > 0);
  if (empty) return takes === 'json' ? {} : '';
  const types = takes === 'json' ? ['application/json'] : DOCUMENT_TYPES;
  if (!req.is(types)) throw new ProblemError('media-type', `Send the body as ${types.join(' or ')}.`);
  await parse(takes === 'json' ? json : document, req, res);
  if (takes === 'json' && tooDeep(req.body))
    throw new ProblemError('bad-request', `The body is nested deeper than ${DEEPEST} levels.`);
  return req.body;
}

function parse(parser: RequestHandler, req: Request, res: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    void parser(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error as Error)));
  });
}

/** Level by level, so that no nesting can exhaust the stack. */
function tooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}
