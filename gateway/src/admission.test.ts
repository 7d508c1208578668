import { expect, test } from 'vitest';
import { Admission } from './admission.ts';

const limits = { connections: 3, connectionsPerAddress: 2, connectsPerMinute: 6 };

test('counts by address and in all, and lets in again who has left', () => {
  const admission = new Admission(limits, () => 0);
  const leave = admission.enter('a') as () => void;
  expect(admission.enter('a')).toBeTypeOf('function');
  expect(admission.enter('a')).toBe('limit');
  expect(admission.enter('b')).toBeTypeOf('function');
  expect(admission.enter('c')).toBe('limit');
  leave();
  leave();
  expect(admission.enter('c')).toBeTypeOf('function');
  expect(admission.enter('c')).toBe('limit');
});

test('spreads new connections over the minute', () => {
  let now = 0;
  const admission = new Admission(limits, () => now);
  const come = (): unknown => {
    const leave = admission.enter('a');
    if (typeof leave === 'function') leave();
    return typeof leave === 'function' ? 'in' : leave;
  };
  expect(Array.from({ length: 7 }, come)).toEqual([...Array<string>(6).fill('in'), 'rate']);
  now = 10_000;
  expect([come(), come()]).toEqual(['in', 'rate']);
});
