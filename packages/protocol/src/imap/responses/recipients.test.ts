import { expect, it } from 'vitest';
import { parse } from '../../testing/parse.ts';
import type { Address } from '../types.ts';

const ADA = '(("Ada Marlowe" NIL "ada" "postern.example"))';
const BEN = '(("Ben Marlowe" NIL "ben" "postern.example"))';
const JOHN = '(("J\\"M\\" Marlowe" NIL "john" "postern.example"))';

function to(list: string): readonly Address[] {
  const { response, defects } = parse(
    `* 1 FETCH (UID 1 ENVELOPE (NIL "s" NIL NIL NIL ${list} NIL NIL NIL "<id>"))`,
  );
  expect(defects).toEqual([]);
  if (response?.type !== 'fetch' || !response.message.envelope) throw new Error('no envelope');
  expect(response.message.envelope).toMatchObject({ cc: [], bcc: [], inReplyTo: null, messageId: '<id>' });
  return response.message.envelope.to;
}

const ada = [{ name: 'Ada Marlowe', mailbox: 'ada', host: 'postern.example' }];

it('the same recipients of message after message are one list, which nobody can change', () => {
  to(ADA);
  const second = to(ADA);
  expect(second).toEqual(ada);
  expect(to(ADA)).toBe(second);
  expect(Object.isFrozen(second)).toBe(true);
});

it('others in between are themselves', () => {
  for (let i = 0; i < 3; i++) to(ADA);
  expect(to(BEN)).toEqual([{ name: 'Ben Marlowe', mailbox: 'ben', host: 'postern.example' }]);
  expect(to(ADA)).toEqual(ada);
  expect(to('NIL')).toEqual([]);
  expect(to(`(${ADA.slice(1, -1)}${BEN.slice(1, -1)})`)).toHaveLength(2);
  expect(to(ADA)).toEqual(ada);
});

it('what is not plain is read with care each time', () => {
  for (let i = 0; i < 3; i++) {
    expect(to(JOHN)).toEqual([{ name: 'J"M" Marlowe', mailbox: 'john', host: 'postern.example' }]);
  }
  expect(to(JOHN)).not.toBe(to(JOHN));
});
