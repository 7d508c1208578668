import { simpleParser } from 'mailparser';
import { expect, test, vi } from 'vitest';
import { Account } from '../account/account.ts';
import { RawClient } from '../testing/raw-client.ts';
import { bigMailbox } from './big-mailbox.ts';

vi.setConfig({ testTimeout: 30_000 });

const options = { count: 3000, seed: 7, now: Date.UTC(2026, 10, 20) };

function mailbox(): Account {
  const account = new Account({ user: 'ada@postern.example', password: 'postern' });
  for (const message of bigMailbox(options)) account.get('INBOX').add(message);
  return account;
}

test('messages are plausible, in order, and the same every time', async () => {
  const messages = mailbox().get('INBOX').messages;
  const again = mailbox().get('INBOX').messages;
  let previous = 0;
  for (const [index, message] of messages.entries()) {
    expect(message.internalDate).toBeGreaterThanOrEqual(previous);
    previous = message.internalDate;
    if (index % 100 !== 0) continue;
    const octets = Buffer.from(message.content.read(0, message.content.size));
    expect(again[index]!.content.read(0, 1e6)).toEqual(octets);
    const parsed = await simpleParser(octets);
    expect(parsed.subject).toMatch(/^(Re: )?[A-Z][^=]+, \d+$/);
    expect(parsed.text).toContain('.');
  }
  expect(previous).toBeLessThanOrEqual(options.now);
});

test('many can be listed, though few are ever held', () => {
  const client = new RawClient([mailbox()]).signIn();
  client.run('SELECT INBOX');
  const answer = client.run('UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)');
  expect(answer.match(/^\* \d+ FETCH \(UID /gm)).toHaveLength(options.count);
});
