import { describe, expect, it } from 'vitest';
import { KeyReader, keyOf, type KeyPress } from './key-reader.ts';
import { shortcuts } from './shortcuts.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  timeStamp: 10_000,
  ...more,
});

describe('keyOf', () => {
  it.each([
    ['j', press('j')],
    ['j', press('J')],
    ['Shift+i', press('I', { shiftKey: true })],
    ['#', press('#', { shiftKey: true })],
    ['#', press('#')],
    ['?', press('?', { shiftKey: true })],
    ['Mod+k', press('k', { ctrlKey: true })],
    ['Mod+k', press('k', { metaKey: true })],
    ['Mod+Enter', press('Enter', { ctrlKey: true })],
    ['ArrowDown', press('ArrowDown')],
    ['Shift+ArrowDown', press('ArrowDown', { shiftKey: true })],
    ['j', press('о', { code: 'KeyJ' })],
    ['ö', press('ö', { code: 'Semicolon' })],
  ])('%s', (expected, given) => {
    expect(keyOf(given)).toBe(expected);
  });
});

describe('KeyReader', () => {
  it('reads one key', () => {
    expect(new KeyReader().read(press('e'), false)).toBe('archive');
  });

  it('reads one key after another, and not too late', () => {
    const keys = new KeyReader();
    expect(keys.read(press('g'), false)).toBeUndefined();
    expect(keys.read(press('i', { timeStamp: 11_000 }), false)).toBe('goInbox');
    expect(keys.read(press('g', { timeStamp: 20_000 }), false)).toBeUndefined();
    expect(keys.read(press('a', { timeStamp: 22_000 }), false)).toBe('replyAll');
  });

  it('does not take the second of two keys for one by itself', () => {
    const keys = new KeyReader();
    keys.read(press('g'), false);
    expect(keys.read(press('e'), false)).toBeUndefined();
    expect(keys.read(press('e'), false)).toBe('archive');
  });

  it('leaves letters to who is writing', () => {
    const keys = new KeyReader();
    expect(keys.read(press('e'), true)).toBeUndefined();
    expect(keys.read(press('Enter', { ctrlKey: true }), true)).toBe('send');
  });

  it('leaves keys with Alt to the browser', () => {
    expect(new KeyReader().read(press('e', { altKey: true }), false)).toBeUndefined();
  });
});

it('gives no key two meanings', () => {
  const keys = shortcuts.flatMap((shortcut) => shortcut.keys);
  expect(new Set(keys).size).toBe(keys.length);
  const starts = keys.filter((key) => key.includes(' ')).map((key) => key.split(' ')[0]);
  expect(keys.filter((key) => starts.includes(key))).toEqual([]);
});
