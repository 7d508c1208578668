import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ancestorsOf } from './message.ts';
import type { ThreadedMessage } from './message.ts';
import { Threads } from './threads.ts';

const DAY = 24 * 3600_000;

/** `2<1:Re: x@5`: message 2, which has 1 as an ancestor, subject `Re: x`, day 5. `1,2` are two ancestors, oldest first. */
function message(text: string, key?: string): ThreadedMessage {
  const [, id = '', references = '', subject = '', day] =
    /^(\w*)(?:<([\w,]*))?(?::([^@]*))?(?:@(\d+))?$/.exec(text)!;
  return {
    key: key ?? id,
    id: id === '' ? undefined : `<${id}@x>`,
    references: references === '' ? [] : references.split(',').map((one) => `<${one}@x>`),
    subject,
    date: Number(day ?? id.replace(/\D/g, '')) * DAY,
  };
}

/** As the THREAD response writes it, RFC 5256 §4, but with `(1)(2)` for two roots of one thread and a space between threads. */
function written(threads: Threads): string {
  return threads
    .all()
    .map(({ rows }) => {
      const below = (parent: number): string =>
        rows
          .map((row, index) => (row.parent === parent ? `(${row.keys.join('=')}${below(index)})` : ''))
          .join('');
      return below(-1);
    })
    .join(' ');
}

function threadsOf(messages: readonly ThreadedMessage[]): Threads {
  const threads = new Threads();
  for (const one of messages) threads.add(one);
  return threads;
}

describe('messages', () => {
  it.each([
    ['each its own', ['1:a', '2:b'], '(1) (2)'],
    ['an answer', ['1:a', '2<1:Re: a'], '(1(2))'],
    ['answers by date', ['1:a', '3<1:Re: a', '2<1:Re: a'], '(1(2)(3))'],
    ['a chain', ['1', '2<1', '3<1,2', '4<1,2,3'], '(1(2(3(4))))'],
    ['a missing one between', ['1', '3<1,2'], '(1(3))'],
    ['a missing root', ['2<1', '3<1'], '(2)(3)'],
    ['a chain that only a third one tells', ['3<1,2', '2', '1'], '(1(2(3)))'],
    ['its own word before that of others', ['1', '2<1', '3<2', '4<1,3,2'], '(1(2(3)(4)))'],
    ['a loop', ['1<2', '2<1'], '(2(1))'],
    ['itself', ['1<1'], '(1)'],
    ['a new subject does not part them', ['1:a', '2<1:b'], '(1(2))'],
    ['the same subject alone does not join', ['1:Invoice', '2:Invoice'], '(1) (2)'],
    ['a reply without references', ['1:Tea', '2:Re: tea'], '(1(2))'],
    ['a list tag', ['1:[list] Tea', '2:AW: [list] Tea'], '(1(2))'],
    ['the latest original before it', ['1:Tea', '5:Tea', '6:Re: Tea', '3:Re: Tea'], '(1(3)) (5(6))'],
    ['a reply with strange references', ['1:Tea', '2<9:Re: Tea'], '(1(2))'],
    ['answers to a missing one, tied together', ['1:Tea', '2<9:Re: Tea', '3<9:Re: Tea'], '(1(2)(3))'],
    ['not by subject whose ancestor is here', ['1:Tea', '2:Coffee', '3<2:Re: Tea'], '(1) (2(3))'],
    ['replies alone', ['2:Re: Tea', '3:Re: Tea', '4:Fwd: Tea'], '(2)(3)(4)'],
    ['after more than a year', ['1:Tea', '400:Re: Tea'], '(1) (400)'],
    ['a clock that was wrong', ['3:Re: Tea@3', '4:Tea@4'], '(4(3))'],
    ['no subject', ['1:', '2:Re:', '3:Re:'], '(1) (2) (3)'],
  ])('%s', (_, texts, expected) => {
    expect(written(threadsOf(texts.map((text) => message(text))))).toBe(expected);
  });

  it('that are copies of one are one row', () => {
    const threads = threadsOf([message('1', 'inbox/1'), message('1', 'all/7'), message('2<1', 'sent/3')]);
    expect(written(threads)).toBe('(all/7=inbox/1(sent/3))');
    threads.remove('all/7');
    expect(written(threads)).toBe('(inbox/1(sent/3))');
  });

  it('without Message-ID stand alone, and answer', () => {
    const threads = threadsOf([message('1'), message(':x@0', 'a'), message('<1@2', 'b')]);
    expect(written(threads)).toBe('(a) (1(b))');
  });

  it('are let go by the subject once what they answer is here', () => {
    const threads = threadsOf([message('1:Tea'), message('3<2:Re: Tea')]);
    expect(written(threads)).toBe('(1(3))');
    threads.add(message('2:Tea'));
    expect(written(threads)).toBe('(1) (2(3))');
    threads.remove('2');
    expect(written(threads)).toBe('(1(3))');
  });
});

it.each([
  ['<a@b> <c@d>', '<e@f>', ['<a@b>', '<c@d>']],
  [undefined, 'Your message of Monday <a@b> <c@d>', ['<a@b>']],
  ['nothing here', '<a@b>', ['<a@b>']],
  ['<"a.b"@c> <"a,b"@c>', undefined, ['<a.b@c>', '<"a,b"@c>']],
  [undefined, undefined, []],
])('ancestorsOf(%j, %j)', (references, inReplyTo, expected) => {
  expect(ancestorsOf(references, inReplyTo)).toEqual(expected);
});

const ids = fc.constantFrom(...'abcdefgh');
const anyMessages = fc
  .array(
    fc.record({
      id: fc.option(ids, { nil: undefined, freq: 10 }),
      references: fc.array(ids, { maxLength: 4 }),
      subject: fc.constantFrom('', 'x', 'Re: x', 'y', 'Fwd: y', 'Re: [l] x'),
      day: fc.integer({ min: 0, max: 6 }),
    }),
    { maxLength: 14 },
  )
  .map((list) =>
    list.map(({ id, references, subject, day }, index): ThreadedMessage => ({
      key: `k${String.fromCharCode(97 + index)}`,
      id: id && `<${id}@x>`,
      references: references.map((one) => `<${one}@x>`),
      subject,
      date: day * 100 * DAY,
    })),
  );

describe('any messages', () => {
  const shuffled = anyMessages.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );

  it('give the same threads in any order', () => {
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(threadsOf(other).all()).toEqual(threadsOf(list).all());
      }),
      { numRuns: 1500 },
    );
  });

  it('leave no trace once they are gone', () => {
    fc.assert(
      fc.property(shuffled, fc.nat(14), ([list, other], kept) => {
        const threads = threadsOf(list);
        for (const { key } of other.slice(kept)) threads.remove(key);
        expect(threads.all()).toEqual(threadsOf(other.slice(0, kept)).all());
      }),
      { numRuns: 1500 },
    );
  });

  it('are each in one row of one thread, which each of them finds', () => {
    fc.assert(
      fc.property(anyMessages, (list) => {
        const threads = threadsOf(list);
        const all = threads.all();
        expect(all.flatMap(({ rows }) => rows.flatMap(({ keys }) => keys)).sort()).toEqual(
          list.map(({ key }) => key).sort(),
        );
        for (const thread of all) {
          for (const { keys } of thread.rows)
            for (const key of keys) expect(threads.threadOf(key)).toEqual(thread);
        }
      }),
      { numRuns: 500 },
    );
  });
});
