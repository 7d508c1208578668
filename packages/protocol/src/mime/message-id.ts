import { asciiDomain } from './domain.ts';

/** Octets of randomness that a Message-ID needs to be unique without anybody keeping count. */
const ENOUGH = 16;

/** `<random@domain>`, RFC 5322 §3.6.4, with angle brackets. `random`: at least 16 unpredictable octets. */
export function newMessageId(domain: string, random: Uint8Array): string {
  const left = Array.from(random.subarray(0, 2 * ENOUGH), (octet) =>
    octet.toString(16).padStart(2, '0'),
  ).join('');
  const right = asciiDomain(domain)
    .replace(/^[.-]+|[.-]+$/g, '')
    .replace(/\.{2,}/g, '.');
  return `<${left}@${right === '' ? 'localhost' : right}>`;
}
