import { sampleDescriptor } from '@postern/protocol/sync/store-conformance';
import type { MailboxKey, MessageKey, MessageRow, Overlay } from '@postern/protocol/sync';
import { describe, expect, it } from 'vitest';
import { rowView } from './row-view.ts';

const row: MessageRow = {
  key: 1 as MessageKey,
  mailbox: 1 as MailboxKey,
  uid: 0,
  flags: ['\\Flagged', '$Forwarded', 'NonJunk', '$Junk', 'Garden', '\\Recent'],
  date: 5000,
  size: 7,
};
const waiting: Overlay = { add: new Set(), remove: new Set(), mailbox: undefined, pending: 'waiting' };
const descriptor = {
  ...sampleDescriptor('Résumé of the garden'),
  to: [{ name: 'Grace', address: 'grace@postern.example' }],
};

describe('a row', () => {
  it('says what is known, in words of the list', () => {
    expect(rowView(row, descriptor, undefined, 'inbox', true)).toMatchObject({
      known: true,
      unread: true,
      flagged: true,
      forwarded: true,
      answered: false,
      keywords: ['Garden'],
      peopleAre: 'senders',
      people: [{ address: 'ada@postern.example' }],
    });
  });

  it('names the recipients of mail one has sent', () => {
    const view = rowView(row, descriptor, undefined, 'sent', true);
    expect([view.peopleAre, view.people[0]?.name]).toEqual(['recipients', 'Grace']);
  });

  it('is marked as waiting only when that takes longer than a moment, as failed always', () => {
    expect(rowView(row, descriptor, waiting, 'inbox', true).pending).toBe(undefined);
    expect(rowView(row, descriptor, waiting, 'inbox', false).pending).toBe('waiting');
    expect(rowView(row, descriptor, { ...waiting, pending: 'failed' }, 'inbox', true).pending).toBe('failed');
  });

  it('holds its place until its descriptor is here', () => {
    expect(rowView(row, undefined, undefined, 'inbox', true)).toMatchObject({ known: false, date: 5000 });
  });
});
