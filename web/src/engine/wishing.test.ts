import type { MailboxKey, MessageKey, Wishes } from '@postern/protocol/sync';
import { describe, expect, it } from 'vitest';
import { together } from './wishing.ts';
import type { Wisher } from './wishing.ts';

const key = (number: number): MessageKey => number as MessageKey;

describe('what a tab wishes', () => {
  it('puts the message on screen first, and states nothing twice', () => {
    const wanted = new Map<Wisher, Partial<Wishes>>([
      ['composer', { messages: [key(9), key(1)] }],
      ['list', { mailbox: 4 as MailboxKey, previews: [key(5)] }],
      ['reader', { messages: [key(1), key(2)], parts: [{ message: key(1), section: '2' }] }],
    ]);
    expect(together(wanted)).toEqual({
      mailbox: 4,
      messages: [1, 2, 9],
      previews: [5],
      parts: [{ message: 1, section: '2' }],
      downloads: [],
    });
  });

  it('is empty when nobody wants anything', () => {
    expect(together(new Map())).toEqual({ messages: [], parts: [], downloads: [] });
  });
});
