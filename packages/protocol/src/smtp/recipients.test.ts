import { expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { greeted } from '../testing/submission.ts';
import { failure } from '../testing/wire.ts';
import { type Refused, type Submission, submit } from './index.ts';

const submission: Submission = {
  from: 'ada@example.org',
  recipients: ['a@x', 'b@x', 'c@x', 'd@x', 'e@x'],
  message: {
    octets: 3,
    async *chunks() {
      yield encodeText('m\r\n');
    },
  },
};

const envelope = (...recipients: string[]): string =>
  ['MAIL FROM:<ada@example.org>', ...recipients.map((address) => `RCPT TO:<${address}>`), ''].join('\r\n');

it.each(['452 4.5.3 too many', '452 too many', '450 4.5.3 too many', '552 too many', '552 5.5.3 too many'])(
  'a server that takes two at a time (%s) is asked about all, then gets the message for each lot',
  async (no) => {
    const { wire, session } = await greeted('PIPELINING');
    const told: string[] = [];
    const done = submit(session, {
      ...submission,
      beforeData: async (refused) => void told.push(`before ${refused.length}`),
      afterSome: async (accepted) => void told.push(`after ${accepted.join(' ')}`),
    });
    const exchange = async (expected: string, ...replies: string[]): Promise<void> => {
      expect(await wire.heard()).toBe(expected);
      wire.say(...replies);
    };
    await exchange(envelope('a@x', 'b@x', 'c@x', 'd@x', 'e@x'), '250 ok', '250 ok', '250 ok', no, no, no);
    await exchange('RSET\r\n', '250 ok');
    await exchange(envelope('c@x', 'd@x', 'e@x'), '250 ok', '250 ok', '250 ok', no);
    await exchange('RSET\r\n', '250 ok');
    await exchange(envelope('e@x'), '250 ok', '250 ok');
    for (const next of [
      ['c@x', 'd@x'],
      ['a@x', 'b@x'],
    ]) {
      await exchange('DATA\r\n', '354 go');
      await exchange('m\r\n.\r\n', '250 ok');
      await exchange(envelope(...next), '250 ok', '250 ok', '250 ok');
    }
    await exchange('DATA\r\n', '354 go');
    await exchange('m\r\n.\r\n', '250 ok');
    expect((await done).accepted).toEqual(['e@x', 'c@x', 'd@x', 'a@x', 'b@x']);
    expect(told).toEqual(['before 0', 'after e@x', 'before 0', 'after c@x d@x', 'before 0']);
  },
);

it('a limit that is told beforehand is kept to', async () => {
  const { wire, session } = await greeted('PIPELINING', 'LIMITS MAILMAX=5 RCPTMAX=3');
  const done = failure(submit(session, submission));
  expect(await wire.heard()).toBe(envelope('a@x', 'b@x', 'c@x'));
  wire.say('250 ok', '250 ok', '250 ok', '250 ok');
  expect(await wire.heard()).toBe('RSET\r\n');
  wire.say('250 ok');
  expect(await wire.heard()).toBe(envelope('d@x', 'e@x'));
  wire.say(undefined);
  await done;
});

it('nobody gets anything when the second lot holds somebody who is refused, and that is minded', async () => {
  const { wire, session } = await greeted('PIPELINING');
  const minded = async (refused: readonly Refused[]): Promise<void> => {
    if (refused.length > 0)
      throw new Error(refused.map(({ address, reason }) => `${address} ${reason}`).join());
  };
  const done = failure(submit(session, { ...submission, recipients: ['a@x', 'b@x'], beforeData: minded }));
  await wire.heard();
  wire.say('250 ok', '250 ok', '452 4.5.3 enough');
  expect(await wire.heard()).toBe('RSET\r\n');
  wire.say('250 ok');
  await wire.heard();
  wire.say('250 ok', '550 5.1.1 nobody');
  expect(await wire.heard()).toBe('RSET\r\n');
  wire.say('250 ok');
  // The lot that was accepted, again.
  expect(await wire.heard()).toBe(envelope('a@x'));
  wire.say('250 ok', '250 ok');
  expect(await wire.heard()).toBe('RSET\r\n');
  wire.say('250 ok');
  expect(await done).toMatchObject({ message: 'b@x no-such-address' });
});

it('whoever changes its mind about the second lot is asked again later', async () => {
  const { wire, session } = await greeted('PIPELINING');
  const sent: string[] = [];
  const done = failure(
    submit(session, {
      ...submission,
      recipients: ['a@x', 'b@x'],
      afterSome: async (accepted) => void sent.push(...accepted),
    }),
  );
  for (const [heard, replies] of [
    [envelope('a@x', 'b@x'), ['250 ok', '250 ok', '452 enough']],
    ['RSET\r\n', ['250 ok']],
    [envelope('b@x'), ['250 ok', '250 ok']],
    ['DATA\r\n', ['354 go']],
    ['m\r\n.\r\n', ['250 ok']],
    [envelope('a@x'), ['250 ok', '450 4.7.1 too fast']],
    ['RSET\r\n', ['250 ok']],
  ] as const) {
    expect(await wire.heard()).toBe(heard);
    wire.say(...replies);
  }
  expect(await done).toMatchObject({ command: 'RCPT', status: 'TEMPORARY', reply: 450 });
  expect(sent).toEqual(['b@x']);
});

it.each([
  ['452 4.2.2 full', 452, 'mailbox-full'],
  ['452 4.3.1 disk full', 452, 'server-full'],
] as const)('%s is found out by asking for that one alone', async (no, reply, reason) => {
  const { wire, session } = await greeted('PIPELINING');
  const done = submit(session, { ...submission, recipients: ['a@x', 'b@x'] });
  for (const [heard, replies] of [
    [envelope('a@x', 'b@x'), ['250 ok', '250 ok', no]],
    ['RSET\r\n', ['250 ok']],
    [envelope('b@x'), ['250 ok', no]],
    ['RSET\r\n', ['250 ok']],
    [envelope('a@x'), ['250 ok', '250 ok']],
    ['DATA\r\n', ['354 go']],
    ['m\r\n.\r\n', ['250 ok']],
  ] as const) {
    expect(await wire.heard()).toBe(heard);
    wire.say(...replies);
  }
  expect(await done).toMatchObject({ accepted: ['a@x'], refused: [{ address: 'b@x', reply, reason }] });
});

it('so many that the server forbids by policy are not sent in lots', async () => {
  const { wire, session } = await greeted('PIPELINING');
  const done = submit(session, { ...submission, recipients: ['a@x', 'b@x'] });
  await wire.heard();
  wire.say('250 ok', '250 ok', '550 5.5.3 too many by our rules');
  expect(await wire.heard()).toBe('DATA\r\n');
  wire.say('354 go');
  await wire.heard();
  wire.say('250 ok');
  expect((await done).refused).toMatchObject([{ address: 'b@x', reason: 'too-many-recipients' }]);
});

it('who is named twice is asked about once', async () => {
  const { wire, session } = await greeted('PIPELINING');
  const done = failure(submit(session, { ...submission, recipients: ['a@x', 'b@x', 'a@x'] }));
  expect(await wire.heard()).toBe(envelope('a@x', 'b@x'));
  wire.say(undefined);
  await done;
});

it('a refused sender is the reason, even when the server hangs up over it', async () => {
  const { wire, session } = await greeted('PIPELINING');
  const done = failure(submit(session, submission));
  await wire.heard();
  wire.say('550 5.7.1 not you', undefined);
  expect(await done).toMatchObject({ command: 'MAIL', reply: 550, text: 'not you' });
});
