/**
 * How much is asked of the server on the network there is: on one that is paid for by the octet, or that is slow, nothing that nobody
 * has asked for (RFC 4549 §4.4), and on one that is very slow only new mail (§4.5).
 */
import type { Thoroughness } from '@postern/protocol/sync';

/** The little of the Network Information API that is needed; not every browser has it. */
export interface NetworkInformation {
  readonly saveData?: boolean;
  readonly effectiveType?: string;
  addEventListener?(type: 'change', listener: () => void): void;
}

export function thoroughnessOn(network: NetworkInformation | undefined): Thoroughness {
  if (network?.effectiveType === 'slow-2g') return 'new';
  return network?.saveData === true || network?.effectiveType === '2g' ? 'descriptors' : 'all';
}

/** Calls `state` now and whenever the network is another one. */
export function followNetwork(
  state: (thoroughness: Thoroughness) => void,
  network = (navigator as { readonly connection?: NetworkInformation }).connection,
): void {
  const tell = (): void => state(thoroughnessOn(network));
  network?.addEventListener?.('change', tell);
  tell();
}
