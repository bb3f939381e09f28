/** The one door to nodemailer: a mail server, named by an address. */
import { createTransport } from 'nodemailer';
import { Permanent } from './channel.ts';

export interface Mail {
  /** Stays over all attempts, so that a server or a reader that has it already can tell. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 20_000;

export class MailServer {
  readonly #transport;
  readonly #from: string;
  readonly #secrets: readonly string[];

  /** `url`: smtp://user:password@host:587 or smtps://; whatever the server offers of TLS is used. */
  constructor(url: string, from: string) {
    const { protocol, hostname, port, username, password } = new URL(url);
    const secure = protocol === 'smtps:';
    const auth =
      username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } };
    this.#transport = createTransport({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      ...auth,
      connectionTimeout: CONNECT_WITHIN_MS,
      greetingTimeout: CONNECT_WITHIN_MS,
      socketTimeout: ANSWER_WITHIN_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.#from = from;
    this.#secrets = [password, decodeURIComponent(password)].filter((secret) => secret !== '');
  }

  /** Rejects with Permanent where trying again would not help, else with why not this time; never tells the password. */
  async send({ id, to, subject, text }: Mail): Promise<void> {
    const host = /@([^\s>]+)/.exec(this.#from)?.[1] ?? 'leitwarte';
    try {
      await this.#transport.sendMail({
        from: this.#from,
        // As an object it is one address, whatever it holds.
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${id}@${host}>`,
        headers: { 'auto-submitted': 'auto-generated', 'x-leitwarte-id': id },
      });
    } catch (error) {
      const { message, responseCode, code } = error as Error & { responseCode?: number; code?: string };
      const told = this.#secrets.reduce((said, secret) => said.replaceAll(secret, '[hidden]'), message);
      // A refused log-in is mended by the one who set it, a refused receiver or text by nobody.
      const refused = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH';
      throw refused ? new Permanent(told) : new Error(told);
    }
  }
}
