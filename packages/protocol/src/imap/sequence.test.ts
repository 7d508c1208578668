import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceTable } from './sequence.ts';
import { toRanges } from './sets.ts';

function known(table: SequenceTable): (number | undefined)[] {
  return Array.from({ length: table.count }, (_, index) => table.uid(index + 1));
}

describe('SequenceTable', () => {
  it('says what a mailbox says, as far as it was told', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('arrive' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ type: fc.constant('learn' as const), at: fc.nat(99) }),
      fc.record({ type: fc.constant('expunge' as const), at: fc.nat(99) }),
      fc.record({
        type: fc.constant('vanish' as const),
        at: fc.uniqueArray(fc.nat(99), { maxLength: 4 }),
        never: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new SequenceTable();
        // Only every second UID is ever given away, so that some were never there.
        let mailbox: number[] = [];
        let next = 2;
        for (const each of steps) {
          if (each.type === 'arrive') {
            for (let i = 0; i < each.count; i++, next += 2) mailbox.push(next);
            expect(table.resize(mailbox.length)).toBe(true);
          } else if (mailbox.length === 0) {
            continue;
          } else if (each.type === 'learn') {
            const at = each.at % mailbox.length;
            table.learn(at + 1, mailbox[at]!);
          } else if (each.type === 'expunge') {
            const at = each.at % mailbox.length;
            const uid = table.uid(at + 1);
            expect([undefined, mailbox[at]]).toContain(uid);
            expect(table.expunge(at + 1)).toBe(true);
            mailbox.splice(at, 1);
          } else {
            const gone = new Set(each.at.map((at) => mailbox[at % mailbox.length]!));
            table.vanish(toRanges([...gone]));
            mailbox = mailbox.filter((uid) => !gone.has(uid));
          }
          expect(table.count).toBe(mailbox.length);
          known(table).forEach((uid, index) => expect([undefined, mailbox[index]]).toContain(uid));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds vanished UIDs among the numbers it does not know', () => {
    const table = new SequenceTable();
    table.resize(6);
    table.learn(1, 5);
    table.learn(4, 20);
    table.vanish([
      [1, 4],
      [7, 7],
      [19, 20],
      [30, 4_294_967_295],
    ]);
    // 7 and 19 were numbers 2 and 3, 20 is known, and two of those after it lie above 30.
    expect(known(table)).toEqual([5]);
  });

  it('forgets all it knew where EXISTS falls', () => {
    const table = new SequenceTable();
    table.resize(3);
    table.learn(1, 7);
    expect(table.resize(2)).toBe(false);
    expect(known(table)).toEqual([undefined, undefined]);
  });

  it('refuses numbers that are not there', () => {
    const table = new SequenceTable();
    table.resize(1);
    table.learn(2, 9);
    table.learn(0, 9);
    expect([table.expunge(0), table.expunge(2), table.uid(0), table.uid(2)]).toEqual([
      false,
      false,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['from the front', () => 1],
    ['from the back', (count: number) => count],
  ])('expunges 100,000 messages %s without moving all of them each time', (_, pick) => {
    const table = new SequenceTable();
    table.resize(100_000);
    for (let seq = 1; seq <= 100_000; seq++) table.learn(seq, seq * 3);
    for (let count = 100_000; count > 1; count--) table.expunge(pick(count));
    expect(table.count).toBe(1);
  });
});
