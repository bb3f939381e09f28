/** What the command `replay` was asked to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Settings } from '#shared/process/settings.ts';

export const USAGE =
  'npm run -s replay -- --plant plant.yaml [--machine ID] [--speed N|max] [--from-now] [--url mqtt://…] readings.csv…';

export interface Broker {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificates (PEM) of who may have signed the broker's. */
  readonly ca?: string;
}

export interface ReplayOrder {
  readonly plant: string;
  readonly machine: string | undefined;
  /** Times as fast as it was; Infinity: as fast as the broker takes it. */
  readonly speed: number;
  /** Times are shifted so that the last reading is now. */
  readonly fromNow: boolean;
  readonly broker: Broker;
  readonly prefix: string;
  readonly readings: readonly string[];
}

export type ReplaySettings = Pick<
  Settings,
  'mqttUrl' | 'mqttPort' | 'mqttUser' | 'mqttPassword' | 'mqttPrefix' | 'mqttCa' | 'dataDir'
>;

/** The arguments, filled up from the settings; throws an error with a sentence. */
export function readOrder(args: readonly string[], settings: ReplaySettings): ReplayOrder {
  const text = { type: 'string' } as const;
  const options = { plant: text, machine: text, speed: text, 'from-now': { type: 'boolean' }, url: text } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const { plant, machine, speed = '1', url } = values;
  if (plant === undefined) throw new Error('--plant plant.yaml is missing');
  if (positionals.length === 0) throw new Error('name at least one file of readings');
  return {
    plant,
    machine,
    speed: speedOf(speed),
    fromNow: values['from-now'] === true,
    broker: brokerOf(url ?? settings.mqttUrl ?? ownBroker(settings), settings),
    prefix: settings.mqttPrefix,
    readings: positionals,
  };
}

function speedOf(text: string): number {
  if (text === 'max') return Infinity;
  const speed = Number(text);
  if (!(speed > 0 && Number.isFinite(speed))) throw new Error(`--speed: "${text}" is neither a number above 0 nor max`);
  return speed;
}

function ownBroker({ mqttPort }: ReplaySettings): string {
  if (mqttPort === 'off') throw new Error('name the broker by --url mqtts://…: MQTT_PORT is off');
  return `mqtt://127.0.0.1:${mqttPort}`;
}

/** User and password of the address, else of the settings, else those a house on this computer has made up for itself. */
function brokerOf(url: string, settings: ReplaySettings): Broker {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // The address itself is never repeated: it may hold a password.
  if (!parsed || !['mqtt:', 'mqtts:'].includes(parsed.protocol) || !parsed.hostname)
    throw new Error('--url is no address of the form mqtt://host:1883 or mqtts://host');
  const ca = parsed.protocol === 'mqtts:' && settings.mqttCa !== undefined ? { ca: settings.mqttCa } : {};
  if (parsed.username) return { url, ...ca };
  const { mqttUser: username, mqttPassword, dataDir } = settings;
  const password = mqttPassword ?? (isLoopback(parsed.hostname) ? keptPassword(dataDir) : undefined);
  return { url, ...ca, ...(password !== undefined && { username, password }) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

function keptPassword(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'mqtt-password'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
