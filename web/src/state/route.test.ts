import { describe, expect, it } from 'vitest';
import { hashOf, routeIn } from './route.ts';

describe('the hash', () => {
  it('goes both ways', () => {
    for (const hash of ['#/inbox', '#/inbox/123', '#/17', '#/17/4']) {
      const route = routeIn(hash);
      expect(route && hashOf(route)).toBe(hash);
    }
  });

  it('is nothing when it is anything else', () => {
    for (const hash of [
      '',
      '#',
      '#/',
      '#/nonsense',
      '#/inbox/',
      '#/inbox/x',
      '#/__proto__',
      '#/1/2/3',
      '#/9'.padEnd(30, '9'),
    ])
      expect([hash, routeIn(hash)]).toEqual([hash, undefined]);
  });
});
