import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { itemsOf, ROLL } from '../../../packages/protocol/src/imap/quirks/roll.ts';

const wire = join(import.meta.dirname, '../../../packages/protocol/src/imap/quirks');

/** The servers to which the tests in that folder hold themselves, by `testQuirks`. */
function serversIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const constant = /const server = '([^']+)'/.exec(text)?.[1];
      return [...text.matchAll(/testQuirks\((?:'([^']+)'|server), /g)].map(([, name]) => name ?? constant!);
    });
}

const havingItems = (...levels: ('wire' | 'session' | 'engine')[]): string[] =>
  Object.keys(ROLL).filter((name) => itemsOf(name, ...levels).length > 0);

describe('the roll of what real servers get wrong', () => {
  it('is held to, for every server in it, by tests of an engine and by a table of octets', () => {
    expect(serversIn(import.meta.dirname).toSorted()).toEqual(havingItems('engine').toSorted());
    expect(serversIn(wire)).toEqual(expect.arrayContaining(havingItems('wire', 'session')));
  });

  it('has them all', () => {
    expect(Object.keys(ROLL).flatMap((name) => itemsOf(name, 'wire', 'session', 'engine'))).toHaveLength(111);
  });
});
