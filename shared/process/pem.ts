/** Certificates and keys from settings: a file in PEM, or the PEM itself. What is wrong is told before anything starts. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** One certificate or more, the own one first. */
export function certificates(text: string | undefined): string | undefined {
  const pem = load(text);
  if (pem === undefined) return undefined;
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Error('holds no certificate in PEM (-----BEGIN CERTIFICATE-----)');
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch {
      throw new Error('holds a certificate that cannot be read: it is damaged');
    }
  }
  return pem;
}

export function privateKey(text: string | undefined): string | undefined {
  const pem = load(text);
  if (pem === undefined) return undefined;
  try {
    createPrivateKey(pem);
  } catch {
    throw new Error('holds no private key in PEM, or one with a passphrase: give it without');
  }
  return pem;
}

/** Whether the key is that of the (first) certificate. */
export function belongTogether(certificate: string, key: string): boolean {
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
}

function load(text: string | undefined): string | undefined {
  if (text === undefined || text.includes('-----BEGIN')) return text;
  try {
    return readFileSync(text, 'utf8');
  } catch (error) {
    throw new Error(`names ${text}, which cannot be read (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}
