import { describe, expect, it } from 'vitest';
import { followNetwork, thoroughnessOn } from './network.ts';

describe('the network', () => {
  it.each([
    [undefined, 'all'],
    [{}, 'all'],
    [{ effectiveType: '4g' }, 'all'],
    [{ effectiveType: '3g', saveData: false }, 'all'],
    [{ effectiveType: '4g', saveData: true }, 'descriptors'],
    [{ effectiveType: '2g' }, 'descriptors'],
    [{ effectiveType: 'slow-2g', saveData: true }, 'new'],
  ])('%o is worth %s', (network, thoroughness) => {
    expect(thoroughnessOn(network)).toBe(thoroughness);
  });

  it('is looked at again when it changes', () => {
    const network = {
      effectiveType: '4g',
      listener: (): void => undefined,
      addEventListener(_: 'change', listener: () => void) {
        this.listener = listener;
      },
    };
    const heard: string[] = [];
    followNetwork((thoroughness) => heard.push(thoroughness), network);
    network.effectiveType = 'slow-2g';
    network.listener();
    expect(heard).toEqual(['all', 'new']);
  });
});
