/** OpenAPI 3.1 of the table of routes; what the server validates is what is documented. */
import { z } from 'zod';
import * as caseSchemas from '#shared/model/api/case.ts';
import * as common from '#shared/model/api/common.ts';
import * as machineSchemas from '#shared/model/api/machine.ts';
import * as ruleSchemas from '#shared/model/api/rule.ts';
import * as sessionSchemas from '#shared/model/api/session.ts';
import * as streamSchemas from '#shared/model/api/stream.ts';
import { PROBLEMS, type ProblemKind } from '../problems.ts';
import type { Route } from '../route.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Names of the contract's schemas: each stands once among the components. */
const NAMES = new Map<unknown, string>(
  [common, sessionSchemas, machineSchemas, ruleSchemas, caseSchemas, streamSchemas].flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => (value instanceof z.ZodType ? [[value, name] as const] : [])),
  ),
);

export function openApi(routes: readonly Route[], version: string): JsonSchema {
  const components: Record<string, JsonSchema> = { Problem: schemaOf(common.Problem, 'output') };
  const refer = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const name = NAMES.get(schema);
    if (name === undefined) return schemaOf(schema, io);
    const key =
      io === 'input' && JSON.stringify(schemaOf(schema, 'input')) !== JSON.stringify(schemaOf(schema, 'output'))
        ? `${name}Input`
        : name;
    components[key] ??= schemaOf(schema, io);
    return { $ref: `#/components/schemas/${key}` };
  };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    (paths[route.path] as Record<string, unknown>)[route.method] = operation(route, refer);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Leitwarte',
      version,
      description:
        'Machines, readings, rules, alarms and service cases. Times are ISO 8601 in UTC; errors are RFC 9457 problems.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ session: [] }, { token: [] }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'leitwarte_session',
          description: 'Set by POST /session; unsafe methods also need the header x-csrf-token.',
        },
        token: { type: 'http', scheme: 'bearer', description: 'A personal token made by POST /tokens.' },
      },
    },
  };
}

function operation(route: Route, refer: (schema: z.ZodType, io: 'input' | 'output') => JsonSchema): JsonSchema {
  return {
    operationId: operationId(route),
    tags: [tagOf(route)],
    summary: route.summary,
    description: route.may === 'anyone' ? 'Needs no log-in.' : `Needs the permission \`${route.may}\`.`,
    ...(route.may === 'anyone' ? { security: [] } : {}),
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query'), ...headersOf(route)],
    ...(route.body ? { requestBody: requestBody(route, refer(route.body, 'input')) } : {}),
    responses: { ...answers(route, refer), ...failures(route) },
  };
}

function requestBody(route: Route, schema: JsonSchema): JsonSchema {
  if (route.takes !== 'document') return { content: { 'application/json': { schema } } };
  return {
    required: true,
    content: { 'application/yaml': { schema: { type: 'string' } }, 'application/json': { schema: { type: 'object' } } },
  };
}

function answers(route: Route, refer: (schema: z.ZodType, io: 'output') => JsonSchema): JsonSchema {
  if (route.answer === null) {
    const { gives = 'text/event-stream' } = route;
    const description = route.gives === undefined ? 'Server-sent events' : 'A file';
    return { 200: { description, content: { [gives]: { schema: { type: 'string' } } } } };
  }
  if (route.answer === common.Nothing) return { 204: { description: 'Done' } };
  return {
    [route.status ?? 200]: {
      description: 'Done',
      content: { 'application/json': { schema: refer(route.answer, 'output') } },
    },
  };
}

function failures(route: Route): JsonSchema {
  const kinds: ProblemKind[] = [
    ...(route.may === 'anyone' ? [] : (['not-logged-in', 'forbidden'] as const)),
    ...(route.params ? (['not-found'] as const) : []),
    ...(route.locks ? (['conflict'] as const) : []),
    ...(route.query || route.body ? (['invalid'] as const) : []),
  ];
  return Object.fromEntries(
    kinds.map((kind) => [
      PROBLEMS[kind][0],
      {
        description: PROBLEMS[kind][1],
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
}

function headersOf(route: Route): JsonSchema[] {
  if (!route.locks) return [];
  return [
    {
      name: 'If-Match',
      in: 'header',
      required: false,
      description: 'The revision that was read, as ETag gave it',
      schema: { type: 'string' },
    },
  ];
}

export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  return json;
}

/** The resource: first level of the path. */
export function tagOf(route: Route): string {
  return route.path.split('/')[1] ?? '';
}

function operationId({ method, path }: Route): string {
  const words = path.replaceAll(/[{}]/g, '').split(/[/-]/).filter(Boolean);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
