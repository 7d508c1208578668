import { BlockList, isIP, isIPv6 } from 'node:net';
import type { IncomingMessage } from 'node:http';

/** Proxies whose `X-Forwarded-For` is believed: addresses or `address/bits`. */
export class ProxyList {
  readonly #list = new BlockList();
  readonly #empty: boolean;

  /** Throws RangeError naming the entry that is no address. */
  constructor(entries: readonly string[]) {
    this.#empty = entries.length === 0;
    for (const entry of entries) {
      const [address = '', bits] = entry.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      const most = family === 'ipv6' ? 128 : 32;
      if (isIP(address) === 0 || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= most)))
        throw new RangeError(entry);
      if (bits === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(bits), family);
    }
  }

  includes(address: string): boolean {
    return !this.#empty && this.#list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }
}

/** `::ffff:192.0.2.1`, as a dual-stack listener reports an IPv4 client, becomes `192.0.2.1`. */
function unmapped(address: string): string {
  const match = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return match?.[1] ?? address;
}

/**
 * The client's address. `X-Forwarded-For` is read from right to left and only as far as listed proxies wrote it;
 * what a client put there itself is never reached.
 */
export function clientAddress(request: IncomingMessage, proxies: ProxyList): string {
  let address = unmapped(request.socket.remoteAddress ?? '0.0.0.0');
  const header = request.headers['x-forwarded-for'];
  const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  while (proxies.includes(address)) {
    const hop = unmapped(hops.pop()?.trim() ?? '');
    if (isIP(hop) === 0) break;
    address = hop;
  }
  return address;
}

/** What limits are counted by: an IPv4 address, or the /64 that one IPv6 subscriber has to itself. */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => (Number.parseInt(group, 16) || 0).toString(16))
    .join(':')}::/64`;
}
