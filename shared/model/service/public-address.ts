/** Which addresses belong to the public internet. Everything else may be somebody's inner network. Pure. */

const V4_INNER: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** Within 2000::/3: Teredo, ORCHID, documentation, 6to4, whose inner addresses may be private. */
const V6_INNER: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** False for loopback, private, link-local, multicast and reserved addresses, and for what is no address. */
export function isPublicAddress(address: string): boolean {
  const v4 = readV4(address);
  if (v4 !== undefined) return V4_INNER.every(([net, bits]) => !within(v4, readV4(net) ?? 0n, bits, 32));
  const v6 = readV6(address);
  if (v6 === undefined) return false;
  // IPv4 in IPv6 is judged as what it is.
  if (v6 >> 32n === 0xffffn) return isPublicAddress(writeV4(v6 & 0xffffffffn));
  return (
    within(v6, readV6('2000::') ?? 0n, 3, 128) &&
    V6_INNER.every(([net, bits]) => !within(v6, readV6(net) ?? 0n, bits, 128))
  );
}

/** Whether a host of a URL is an address, rather than a name that has yet to be resolved. */
export function isAddress(host: string): boolean {
  return readV4(host) !== undefined || readV6(host) !== undefined;
}

function within(address: bigint, net: bigint, bits: number, length: number): boolean {
  const rest = BigInt(length - bits);
  return address >> rest === net >> rest;
}

function readV4(text: string): bigint | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const parts = match?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function writeV4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');
}

/** With or without brackets; a zone (`%eth0`) is left out. */
function readV6(text: string): bigint | undefined {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  const v4 = tail && readV4(tail[2] ?? '');
  const plain = tail && v4 != null ? `${tail[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}` : bare;
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], rest = []] = groups;
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: halves.length === 2 ? missing : 0 }, () => '0'), ...rest];
  if (all.some((group) => !/^[\da-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
