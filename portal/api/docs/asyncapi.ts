/** AsyncAPI 3.0 of what machines publish over MQTT. */
type Json = Readonly<Record<string, unknown>>;

const TIME: Json = {
  description: 'Epoch in ms, or ISO 8601 with zone; left out: the time of receipt.',
  oneOf: [{ type: 'number' }, { type: 'string', format: 'date-time' }],
};

const SEQ: Json = {
  description:
    'Counts what the machine sends over all its topics, one more each object, again from 0 after a restart. A hole is told under data quality and opens a case.',
  type: 'integer',
  minimum: 0,
};

const oneOrMore = (schema: Json): Json => ({ oneOf: [schema, { type: 'array', items: schema }] });
const values: Json = { type: 'object', additionalProperties: { type: 'number' } };

/** Channel → its topic below the machine, what it is for, what it carries, and an example. */
const CHANNELS: Readonly<Record<string, { topic: string; summary: string; payload: Json; example: unknown }>> = {
  telemetry: {
    topic: 'telemetry',
    summary: 'Readings of several sensors at one time: one snapshot, or an array of them',
    payload: oneOrMore({
      oneOf: [
        {
          type: 'object',
          properties: { ts: TIME, seq: SEQ, values },
          required: ['values'],
          additionalProperties: false,
        },
        values,
      ],
    }),
    example: { ts: 1_767_225_600_000, seq: 4711, values: { 'bearing-temp': 61.2, 'oil-pressure': 4.1 } },
  },
  sensor: {
    topic: 'sensors/{sensor}',
    summary: 'Readings of one sensor',
    payload: oneOrMore({
      oneOf: [
        { type: 'number' },
        { type: 'object', properties: { ts: TIME, seq: SEQ, value: { type: 'number' } }, required: ['value'] },
      ],
    }),
    example: { ts: '2026-01-01T00:00:00Z', value: 61.2 },
  },
  events: {
    topic: 'events',
    summary: 'Log codes',
    payload: oneOrMore({
      type: 'object',
      properties: {
        ts: TIME,
        seq: SEQ,
        code: { type: 'string' },
        text: { type: 'string' },
        severity: { type: 'string' },
      },
      required: ['code'],
    }),
    example: { ts: 1_767_225_600_000, code: 'E42', text: 'Schmierung unterbrochen', severity: 'warning' },
  },
  state: {
    topic: 'state',
    summary: 'Operating state',
    payload: {
      oneOf: [
        { type: 'string' },
        { type: 'object', properties: { ts: TIME, seq: SEQ, state: { type: 'string' } }, required: ['state'] },
      ],
    },
    example: { ts: 1_767_225_600_000, state: 'running' },
  },
  connection: {
    topic: 'connection',
    summary: 'Retained; `offline` is the last will',
    payload: { type: 'string', enum: ['online', 'offline'] },
    example: 'online',
  },
};

export function asyncApi(prefix: string, version: string): Json {
  const parameters = (topic: string): Json => ({
    machine: { description: 'Id of the machine; also its user name at the broker' },
    ...(topic.includes('{sensor}') ? { sensor: { description: 'Id of the sensor' } } : {}),
  });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Leitwarte: what machines say',
      version,
      description:
        'MQTT 3.1.1 or 5, QoS 0 or 1. A machine logs in as user {machine} with its own password and publishes under its own topics only. What cannot be used is set aside with its reason and never stops the stream.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      Object.entries(CHANNELS).map(([name, { topic, summary, payload, example }]) => [
        name,
        {
          address: `${prefix}/{machine}/${topic}`,
          summary,
          parameters: parameters(topic),
          messages: { message: { payload, examples: [{ payload: example }] } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      Object.keys(CHANNELS).map((name) => [
        `receive-${name}`,
        { action: 'receive', channel: { $ref: `#/channels/${name}` } },
      ]),
    ),
  };
}
