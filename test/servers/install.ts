/** Brings in the servers that the tests talk to, from Debian's packages. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findProgram } from './tools.ts';

/** Program → Debian package that brings it. */
const NEEDED: Readonly<Record<string, string>> = {
  setpriv: 'util-linux',
  mosquitto: 'mosquitto',
  mosquitto_ctrl: 'mosquitto',
  mosquitto_passwd: 'mosquitto',
  mosquitto_pub: 'mosquitto-clients',
  influxd: 'influxdb',
  initdb: 'postgresql',
  postgres: 'postgresql',
  chromium: 'chromium',
};

/** A Debian package asks this file whether it may start its service; 101 says no. */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

/** Installs what is missing. Throws a sentence that says what to do where it cannot. */
export function installServers(): void {
  const wanted = missingPackages();
  if (wanted.length === 0) return;
  const command = `apt-get install --no-install-recommends ${wanted.join(' ')}`;
  const advice = `Install what the tests need (on Debian, as root: ${command}) and run them again.`;
  if (process.getuid?.() !== 0)
    throw new Error(`The tests need ${wanted.join(', ')}, and only root can install that. ${advice}`);
  if (!findProgram('apt-get'))
    throw new Error(`The tests need ${wanted.join(', ')}, and there is no apt-get here. ${advice}`);
  process.stderr.write(`Installing for the tests: ${wanted.join(', ')}\n`);
  withoutStartingServices(() => {
    aptGet(['update'], advice);
    aptGet(['install', '-y', '--no-install-recommends', ...wanted], advice);
  });
  const still = missingPackages();
  if (still.length > 0)
    throw new Error(`${still.join(', ')} was installed, but its programs are not where they are looked for.`);
}

function missingPackages(): string[] {
  const missing = Object.keys(NEEDED).filter((name) => !findProgram(name));
  return [...new Set(missing.map((name) => NEEDED[name] ?? name))];
}

/** The tests start their own servers: those of the packages must not take ports and memory beside them. */
function withoutStartingServices(install: () => void): void {
  if (existsSync(SERVICE_POLICY)) return install();
  writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    rmSync(SERVICE_POLICY);
  }
}

function aptGet(args: readonly string[], advice: string): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // What apt-get tells goes to standard error: standard output belongs to the tests' report.
  const { status, error } = spawnSync('apt-get', ['-q', ...args], { env, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`apt-get ${args[0]} failed (${error?.message ?? `status ${status}`}). ${advice}`);
}
