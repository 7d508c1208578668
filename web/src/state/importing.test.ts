import { describe, expect, it } from 'vitest';
import { readFile, withCrlf } from './importing.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (octets: Uint8Array): string => new TextDecoder().decode(octets);

describe('a file that holds a message', () => {
  it('is read with its date and its Message-ID', () => {
    const content = bytes(
      'From: ada@postern.example\r\nDate: Fri, 17 Jul 2026 02:44:25 +0200\r\nMessage-ID: <a@x>\r\n\r\nHi\r\n',
    );
    const read = readFile('hi.eml', content, 'a/1', 5);
    expect(read?.bytes).toBe(content);
    expect(read?.file).toEqual({
      name: 'hi.eml',
      outgoing: 'a/1',
      octets: content.length,
      messageId: '<a@x>',
      date: Date.UTC(2026, 6, 17, 0, 44, 25),
      state: 'waiting',
    });
  });

  it('has the date of the file where it says none that could be', () => {
    for (const date of ['', 'Date: once upon a time\r\n', 'Date: Thu, 1 Jan 1899 00:00:00 +0000\r\n'])
      expect(readFile('x', bytes(`From: a@b\r\n${date}\r\nHi`), 'a/1', 77)?.file.date).toBe(77);
  });

  it('says that it holds NUL, and what is in a binary part is left as it is', () => {
    const content = bytes('From: a@b\r\n\r\n\0\n\r');
    const read = readFile('x', content, 'a/1', 1);
    expect(read?.bytes).toBe(content);
    expect(read?.file).toMatchObject({ octets: content.length, nul: true });
    expect(text(readFile('x', bytes('From: a@b\n\n\0'), 'a/1', 1)!.bytes)).toBe('From: a@b\r\n\r\n\0');
  });

  it('is none without a sender and a date', () => {
    expect(readFile('x', bytes('<!doctype html>\n<p>Hi'), 'a/1', 1)).toBeUndefined();
    expect(readFile('x', bytes(''), 'a/1', 1)).toBeUndefined();
  });

  it.each([
    ['a\nb\n', 'a\r\nb\r\n'],
    ['\na', '\r\na'],
    ['a\rb', 'a\r\nb'],
    ['a\r\nb\n', 'a\r\nb\r\n'],
    ['a\r', 'a\r\n'],
    ['a\r\n\r\n', 'a\r\n\r\n'],
    ['', ''],
  ])('%j has line breaks as messages have: %j', (before, after) => {
    expect(text(withCrlf(bytes(before)))).toBe(after);
  });
});
