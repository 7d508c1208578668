/** Searching in what is on this device: every word has to occur somewhere in what a list can know. */
import type { Descriptor } from '@postern/protocol/sync';

/** Without marks and case, so that `resume` finds `Résumé`. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** undefined: nothing to search for. Quoted words belong together. */
export function matcher(text: string): ((descriptor: Descriptor) => boolean) | undefined {
  const words = [...folded(text).matchAll(/"([^"]+)"|(\S+)/g)]
    .map(([, quoted, word]) => (quoted ?? word ?? '').replaceAll('"', '').trim())
    .filter((word) => word !== '');
  if (words.length === 0) return undefined;
  return (descriptor) => {
    const hay = folded(haystack(descriptor));
    return words.every((word) => hay.includes(word));
  };
}

function haystack({ subject, from, to, cc, preview }: Descriptor): string {
  const people = [...from, ...to, ...cc].map(({ name, address }) => `${name} ${address}`);
  return [subject, ...people, preview ?? ''].join('\n');
}
