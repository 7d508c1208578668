import { once } from 'node:events';
import type { SplitterChunk } from '@zone-eu/mailsplit';
import { Splitter } from '@zone-eu/mailsplit';
import { expect, test, vi } from 'vitest';
import { demoAccounts } from '../demo/accounts.ts';
import type { SplitPart } from './split.ts';
import { splitMessage } from './split.ts';

// Drawing four hundred messages takes a few seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

type Range = [start: number, bodyStart: number, end: number | 'multipart'];

/** What the splitter's stream gives, and where that is when every header and body buffer is put after the last. */
async function streamed(message: Buffer): Promise<{ whole: Buffer; ranges: Range[] }> {
  const splitter = new Splitter({ ignoreEmbedded: true });
  const buffers: Buffer[] = [];
  const ranges: Range[] = [];
  let at = 0;
  splitter.on('data', (chunk: SplitterChunk) => {
    const buffer = chunk.type === 'node' ? chunk.getHeaders() : (chunk.value ?? Buffer.alloc(0));
    const end = at + buffer.length;
    if (chunk.type === 'node') ranges.push([at, end, chunk.multipart === false ? end : 'multipart']);
    if (chunk.type === 'body') ranges.at(-1)![2] = end;
    buffers.push(buffer);
    at = end;
  });
  splitter.end(message);
  await once(splitter, 'end');
  return { whole: Buffer.concat(buffers), ranges };
}

function rangesOf({ start, bodyStart, end, parts }: SplitPart): Range[] {
  return [[start, bodyStart, parts.length === 0 ? end : 'multipart'], ...parts.flatMap(rangesOf)];
}

test('parts, headers and bodies are where the splitter’s own stream has them, and its buffers are the message', async () => {
  const mailboxes = demoAccounts({ now: Date.UTC(2026, 10, 20) })[0]!.mailboxes;
  let parts = 0;
  for (const { content } of [...mailboxes.values()].flatMap(({ messages }) => messages)) {
    if (content.size > 1e6) continue;
    const message = Buffer.from(content.read(0, content.size));
    const { whole, ranges } = await streamed(message);
    expect(whole.equals(message)).toBe(true);
    expect(rangesOf(splitMessage(message, 0, message.length))).toEqual(ranges);
    parts += ranges.length;
  }
  expect(parts).toBeGreaterThan(500);
});

type Shape = string | Shape[];

/** The parts of a message: bodies, or lists of parts. */
function shapeOf(text: string): Shape {
  const octets = Buffer.from(`Before it\n${text}After it`.replace(/\n/g, '\r\n'), 'latin1');
  const shape = ({ bodyStart, end, parts }: SplitPart): Shape =>
    parts.length > 0 ? parts.map(shape) : octets.toString('latin1', bodyStart, end);
  return shape(splitMessage(octets, 11, octets.length - 8));
}

const mixed = (boundary: string): string => `Content-Type: multipart/mixed; boundary=${boundary}\n\n`;

const table: ReadonlyArray<readonly [what: string, message: string, shape: Shape]> = [
  ['white space after the boundary', `${mixed('b')}--b \n\n1\n--b\t\n\n2\n--b-- \t\n--b\n\n3`, ['1', '2']],
  [
    'multiparts that never close inside one that does',
    `${mixed('a')}--a\n${mixed('b')}--b\n${mixed('c')}--c\n\n1\n--a\n\n2\n--a--\n--b\n`,
    [[['1']], '2'],
  ],
  [
    'an epilogue with delimiters',
    `${mixed('a')}--a\n${mixed('b')}--b\n\n1\n--b--\n--b\n--a\n\n2\n--a--\n--a\n\n3`,
    [['1'], '2'],
  ],
  ['a comment after the boundary', `${mixed('b (a "comment")')}--b\n\n1\n--b--\n`, ['1']],
  ['a boundary with octets above 127', `${mixed('"b\xe9"')}--b\xe9\n\n1\n--b\xe9--\n`, ['1']],
  ['parts that end before their header', `${mixed('b')}--b\nX: 1\n--b\n--b\n\n--b--`, ['', '', '']],
  ['a last delimiter without a line break', `${mixed('b')}--b\n\n1\n--b`, ['1', '']],
  [
    'an embedded message, whatever is in it',
    `${mixed('a')}--a\nContent-Type: message/rfc822\nContent-Disposition: inline\n\n${mixed('b')}--b\n\n--b--\n--a--`,
    ['Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n--b--'],
  ],
  ['a long header', `X: ${'x'.repeat(1_100_000)}\n${mixed('b')}--b\n\n1\n--b--\n`, ['1']],
  ['many parts', `${mixed('b')}${'--b\n\n1\n'.repeat(1200)}--b--`, Array<string>(1200).fill('1')],
];

test.each(table)('%s', (_, message, shape) => {
  expect(shapeOf(message)).toEqual(shape);
});

test('parts without end are told apart as far as it is sane', () => {
  const octets = Buffer.from(`${mixed('b')}${'--b\n\n1\n'.repeat(20_000)}--b--`);
  const { parts, end } = splitMessage(octets, 0, octets.length);
  expect(parts.length).toBeLessThanOrEqual(5000);
  expect([end, parts.at(-1)?.end]).toEqual([octets.length, octets.length]);
});
