/** Where InfluxDB is and who we are to it. Only `name` and `user` may ever be shown. */
export interface InfluxAddress {
  readonly protocol: 'http' | 'https';
  /** Host without brackets, and port. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
}

/** Reads `http://user:password@host:8086/database`. Throws an Error without the text, which holds a password. */
export function influxAddress(text: string): InfluxAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = decode(url?.pathname.slice(1));
  const [username, password] = [decode(url?.username), decode(url?.password)];
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    !database ||
    /[/\p{Cc}]/u.test(database) ||
    username === undefined ||
    password === undefined
  ) {
    throw new Error('INFLUX_URL is not of the form http://user:password@host:8086/database.');
  }
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  const port = Number(url.port || (protocol === 'https' ? 443 : 80));
  return { protocol, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, database, username, password };
}

/** The address as a person may see it. */
export function shownAddress({ protocol, host, port, database }: InfluxAddress): string {
  return `${origin({ protocol, host, port })}/${database}`;
}

export function origin({ protocol, host, port }: Pick<InfluxAddress, 'protocol' | 'host' | 'port'>): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The headers that say who we are; none without a user. */
export function identity({
  username,
  password,
}: Pick<InfluxAddress, 'username' | 'password'>): Readonly<Record<string, string>> {
  return username ? { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` } : {};
}

function decode(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
