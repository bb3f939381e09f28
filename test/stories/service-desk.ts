/** A service desk by hand: two processes over one PostgreSQL, a real mail server, a real receiver, and a clock the test turns. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { json } from '#shared/database/json.ts';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { PolicyBook } from '#shared/database/queries/service-versions.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { Courier } from '#rules/service/deliver.ts';
import { follow, lookAtDue } from '#rules/service/follow.ts';
import { MailServer } from '#rules/service/mail.ts';
import { post } from '#rules/service/post.ts';
import { callWebhook } from '#rules/service/webhook.ts';
import { SMTPServer } from 'smtp-server';
import { Browser } from '#test/portal/browser.ts';
import { PASSWORD } from '#test/portal/plant.ts';
import { BROKER, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addCase } from '#test/portal/seed.ts';
import { startPostgres } from '#test/servers/postgres.ts';

export interface Received {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly id: string;
}

export interface Called {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export const SMTP_PASSWORD = 'hunter2-of-the-mail-server';

export interface ServiceHouse {
  readonly portal: TestPortal;
  readonly databases: readonly Database[];
  readonly mails: Received[];
  readonly calls: Called[];
  readonly logged: string[];
  /** Address of the receiver. */
  readonly receiver: string;
  /** What the mail server answers to the next mails (code), and the receiver to the next calls (status); empty: all is well. */
  readonly mailAnswers: number[];
  readonly callAnswers: number[];
  /** One process does all there is to do at the portal's time. */
  work(process?: number): Promise<void>;
  /** Both at once. */
  workTogether(): Promise<void>;
  /** A desk without a mail server. */
  workWithoutMail(): Promise<void>;
  /** A person with a token, which no turn of the clock ends. */
  as(login: string): Promise<Browser>;
  /** A case opened now. */
  open(given: Parameters<typeof addCase>[1]): Promise<string>;
  stop(): Promise<void>;
}

export async function startService(): Promise<ServiceHouse> {
  const postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase('service');
  const portal = await startPortal({
    databaseUrl,
    parts: {
      settings: {
        mqttPrefix: 'machines',
        broker: BROKER,
        trustProxy: 0,
        mail: true,
        webhookInner: true,
        heartbeatLimit: 150_000,
      },
    },
  });
  const second = openDatabase({ databaseUrl, dataDir: '/nowhere' });
  await second.start();
  const databases = [portal.database, second];
  await portal.database.kysely.updateTable('account').set({ email: sql<string>`login || '@example.com'` }).execute();

  const mails: Received[] = [];
  const mailAnswers: number[] = [];
  const smtp = new SMTPServer({
    // Its certificate would be one nobody has signed.
    disabledCommands: ['STARTTLS'],
    authOptional: false,
    allowInsecureAuth: true,
    logger: false,
    onAuth: ({ password }, _session, done) =>
      password === SMTP_PASSWORD ? done(null, { user: 'house' }) : done(new Error('wrong password')),
    onData: (stream, session, done) => {
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (part: string) => void (text += part));
      stream.on('end', () => {
        const answer = mailAnswers.shift();
        if (answer !== undefined) return done(Object.assign(new Error('not now'), { responseCode: answer }));
        mails.push(received(text, session.envelope.rcptTo[0]?.address ?? ''));
        return done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
  const calls: Called[] = [];
  const callAnswers: number[] = [];
  const server = await receiver(calls, callAnswers);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const people = new Map<string, Promise<Browser>>();
  const logged: string[] = [];
  const log = createLog('debug', { destination: { write: (line) => void logged.push(line) } });
  const smtpPort = (smtp.server.address() as AddressInfo).port;
  const mail = new MailServer(`smtp://house:${SMTP_PASSWORD}@127.0.0.1:${smtpPort}`, 'Leitwarte <service@example.com>');
  const work = async (database: Database, server: MailServer | undefined): Promise<void> => {
    const policies = new PolicyBook();
    const publicUrl = 'https://portal.example.com';
    const webhook = (call: Parameters<typeof callWebhook>[0]) => callWebhook(call, { inner: true });
    const courier = new Courier({ database, mail: server, webhook, random: () => 0.5, log, metrics: new Metrics() });
    const { now } = portal;
    while (await follow({ database, policies, publicUrl }, now));
    while (await lookAtDue({ database, policies }, now));
    while (await follow({ database, policies, publicUrl }, now));
    while (await post({ database, mail: server !== undefined, publicUrl }, now));
    while (await courier.deliver(now));
  };
  return {
    portal,
    databases,
    mails,
    calls,
    logged,
    receiver: address,
    mailAnswers,
    callAnswers,
    work: (process = 0) => work(databases[process] as Database, mail),
    workTogether: async () => {
      await Promise.all(databases.map((database) => work(database, mail)));
      await Promise.all(databases.map((database) => work(database, mail)));
    },
    workWithoutMail: () => work(portal.database, undefined),
    as: (login) => {
      const known = people.get(login) ?? withToken(portal, login);
      people.set(login, known);
      return known;
    },
    open: (given) => addCase(portal, { openedAt: portal.now, ...given }),
    stop: async () => {
      await second.stop();
      await portal.stop();
      await new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
      await postgres.stop();
    },
  };
}

async function withToken(portal: TestPortal, login: string): Promise<Browser> {
  const browser = portal.anonymous();
  await browser.logIn(login, PASSWORD);
  const { body } = await browser.post<{ token: string }>('/tokens', { name: 'story' });
  return new Browser(portal.url, { authorization: `Bearer ${body.token}` });
}

function receiver(calls: Called[], answers: number[]): Promise<Server> {
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8');
    req.on('data', (part: string) => void (body += part));
    req.on('end', () => {
      calls.push({ headers: req.headers, body });
      res.writeHead(answers.shift() ?? 204, { location: '/elsewhere' }).end();
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function received(raw: string, to: string): Received {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, ' ');
  const header = (name: string): string => new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1] ?? '';
  const body = rest.join('\r\n\r\n');
  const encoding = header('content-transfer-encoding');
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? unquote(body)
        : body;
  return { to, subject: words(header('subject')), text: text.replaceAll('\r\n', '\n'), id: header('message-id') };
}

function unquote(text: string): string {
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Encoded words of RFC 2047. */
function words(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([qb])\?(.*?)\?=/gi, (_, how: string, coded: string) =>
      how.toLowerCase() === 'b' ? Buffer.from(coded, 'base64').toString('utf8') : unquote(coded.replaceAll('_', ' ')),
    );
}

/** An entry in the timeline of a case, now. */
export async function entry(
  house: ServiceHouse,
  caseId: string,
  kind: 'severity' | 'assigned',
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await house.portal.database.kysely
    .insertInto('case_event')
    .values({ case_id: caseId, at: new Date(house.portal.now), actor: null, kind, detail: json(detail) })
    .execute();
}
