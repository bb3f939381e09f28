/** A certificate authority to throw away, made with openssl, and certificates it signs for 127.0.0.1 and localhost. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mustRun } from './tools.ts';

/** Files in PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export class Authority {
  /** The authority's own certificate and key. */
  readonly own: Issued;
  readonly #dir: string;

  private constructor(dir: string, own: Issued) {
    this.#dir = dir;
    this.own = own;
  }

  /** In a folder of the caller's. */
  static async make(dir: string, name: string): Promise<Authority> {
    const own = filesOf(dir, name);
    const subject = ['-subj', `/CN=${name} for tests`, '-days', '2'];
    await mustRun('openssl', ['req', '-x509', ...CURVE, '-keyout', own.key, '-out', own.cert, ...subject]);
    return new Authority(dir, own);
  }

  async issue(name: string): Promise<Issued> {
    const issued = filesOf(this.#dir, name);
    const request = path.join(this.#dir, `${name}.csr`);
    const names = path.join(this.#dir, `${name}.ext`);
    await writeFile(names, 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n');
    await mustRun('openssl', ['req', ...CURVE, '-keyout', issued.key, '-out', request, '-subj', '/CN=localhost']);
    const signer = ['-CA', this.own.cert, '-CAkey', this.own.key, '-CAcreateserial', '-extfile', names];
    await mustRun('openssl', ['x509', '-req', '-in', request, '-out', issued.cert, '-days', '2', ...signer]);
    return issued;
  }
}

function filesOf(dir: string, name: string): Issued {
  return { cert: path.join(dir, `${name}.crt`), key: path.join(dir, `${name}.key`) };
}
