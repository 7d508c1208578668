import type { Mailbox, MailboxKey } from '@postern/protocol/sync';
import { describe, expect, it } from 'vitest';
import { nameOf, problemWith } from './mailbox-name.ts';

let key = 0;
function mailbox(name: string, delimiter: string | null = '/'): Mailbox {
  const sync = { uidValidity: 0, from: 1, uidNext: 1, highestModSeq: 0n, exists: 0, at: 0 } as const;
  return {
    key: ++key as MailboxKey,
    name,
    wireName: name,
    delimiter,
    attributes: [],
    role: name === 'INBOX' ? 'inbox' : undefined,
    subscribed: true,
    mode: 'disconnected',
    messages: 0,
    unseen: 0,
    sync,
  };
}

describe('the whole name of a new mailbox', () => {
  const inbox = mailbox('INBOX');
  const projects = mailbox('Projects');

  it('is beside INBOX, or below the chosen one', () => {
    expect(nameOf(' Rechnungen ', undefined, [inbox, projects]).name).toBe('Rechnungen');
    expect(nameOf('2026', projects, [inbox, projects])).toEqual({ name: 'Projects/2026', delimiter: '/' });
    expect(nameOf('One', undefined, [inbox]).name).toBe('One');
  });

  it('is below INBOX where all are', () => {
    const all = [mailbox('INBOX', '.'), mailbox('INBOX.Sent', '.')];
    expect(nameOf('New', undefined, all)).toEqual({ name: 'INBOX.New', delimiter: '.' });
  });

  it('is spelt one way, however the accent was typed', () => {
    expect(nameOf('Caf\u0065\u0301', undefined, [inbox]).name).toBe('Caf\u00e9');
  });
});

describe('a name that cannot be one', () => {
  it.each([
    ['', 'name'],
    ['  ', 'name'],
    ['a/b', 'name'],
    ['all*', 'name'],
    ['50%', 'name'],
    ['a\u0007', 'name'],
    ['inbox', 'exists'],
    ['Fine', undefined],
    ['1.5', undefined],
  ] as const)('%j: %s', (label, problem) => {
    expect(problemWith(label, label, '/', [mailbox('INBOX')])).toBe(problem);
  });
});
