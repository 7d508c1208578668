import { sampleDescriptor } from '@postern/protocol/sync/store-conformance';
import { describe, expect, it } from 'vitest';
import { matcher } from './match.ts';

const descriptor = {
  ...sampleDescriptor('Résumé of the garden'),
  to: [{ name: 'Grace', address: 'grace@postern.example' }],
};

describe('searching on this device', () => {
  it('finds words anywhere, without case and marks, all of them', () => {
    const finds = (text: string): boolean | undefined => matcher(text)?.(descriptor);
    expect(finds('resume GARDEN')).toBe(true);
    expect(finds('grace ada@')).toBe(true);
    expect(finds('"of the garden"')).toBe(true);
    expect(finds('"the of"')).toBe(false);
    expect(finds('garden roses')).toBe(false);
    expect(matcher('  " "')).toBe(undefined);
  });
});
