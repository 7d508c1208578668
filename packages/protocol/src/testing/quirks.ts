/** For tests: what a server gets wrong costs no more than itself. */
import { describe, expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { ProtocolError } from '../error.ts';
import { Connection } from '../imap/connection.ts';
import { Fragmenter } from '../imap/fragmenter.ts';
import { parseResponse } from '../imap/parse.ts';
import { itemsOf } from '../imap/quirks/roll.ts';
import type { Response } from '../imap/response.ts';
import type { FetchedMessage } from '../imap/types.ts';

export interface WireQuirk {
  readonly server: string;
  readonly quirk: string;
  /** Without its last line break. Text is sent as UTF-8, octets as they are. */
  readonly bytes: string | Uint8Array;
  /** The responses read; a pattern for each (`toMatchObject`). */
  readonly expected: readonly object[];
  /** Defects that are reported, where there are any. */
  readonly defects?: number;
  /** What no FETCH response read has. */
  readonly absent?: keyof FetchedMessage;
}

const BEFORE = '* 7 RECENT\r\n';
const BEHIND = '\r\n* 8 RECENT\r\n';
const recent = (count: number): Response => ({ type: 'recent', count });

interface Heard {
  readonly responses: readonly Response[];
  readonly defects: readonly ProtocolError[];
}

/** All that is read from octets that come in these chunks. */
function hear(chunks: Iterable<Uint8Array>): Heard {
  const fragmenter = new Fragmenter();
  const responses: Response[] = [];
  const defects: ProtocolError[] = [];
  for (const chunk of chunks) {
    fragmenter.push(chunk.slice());
    for (let fragment = fragmenter.next(); fragment; fragment = fragmenter.next()) {
      if (fragment.type === 'defect') defects.push(fragment.error);
      if (fragment.type !== 'frame') continue;
      const parsed = parseResponse(fragment.frame);
      if (parsed.response) responses.push(parsed.response);
      defects.push(...parsed.defects);
    }
  }
  return { responses, defects };
}

function* oneByOne(octets: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < octets.length; at++) yield octets.subarray(at, at + 1);
}

function between(quirk: WireQuirk): Uint8Array {
  const octets = typeof quirk.bytes === 'string' ? encodeText(quirk.bytes) : quirk.bytes;
  return Uint8Array.from([...encodeText(BEFORE), ...octets, ...encodeText(BEHIND)]);
}

/** Read whole, octet by octet, and cut anywhere. */
function checkWire(quirk: WireQuirk): void {
  const octets = between(quirk);
  const whole = hear([octets]);
  expect(whole.responses).toMatchObject([recent(7), ...quirk.expected, recent(8)]);
  expect(whole.defects.map(({ message }) => message)).toHaveLength(quirk.defects ?? 0);
  for (const response of whole.responses) {
    if (response.type === 'fetch' && quirk.absent) expect(response.message[quirk.absent]).toBeUndefined();
  }
  expect(hear(oneByOne(octets))).toEqual(whole);
  for (let end = 0; end < octets.length; end++) {
    const cut = hear([octets.subarray(0, end)]);
    expect(cut.responses).toEqual(whole.responses.slice(0, cut.responses.length));
    for (const defect of cut.defects) expect(defect).toBeInstanceOf(ProtocolError);
  }
}

/** A connection that meets it hears what was said before and behind. */
function checkConnection(quirk: WireQuirk): void {
  const connection = new Connection({ greeted: true });
  const counts: number[] = [];
  connection.receive(between(quirk));
  for (let event = connection.next(); event; event = connection.next()) {
    if (event.type === 'news' && event.news.type === 'recent') counts.push(event.news.count);
    if (event.type === 'defect') expect(event.error.fatal).toBe(false);
  }
  expect(counts).toEqual([7, 8]);
}

/** `it`s for what `server` gets wrong: a table of octets, and tests of conversations by the names of their items. */
export function testQuirks(
  server: string,
  table: readonly WireQuirk[],
  sessions: Readonly<Record<string, () => Promise<void> | void>> = {},
): void {
  describe(server, () => {
    const cases = table.filter((quirk) => quirk.server === server);
    it.each(cases)('$quirk: $bytes', (quirk) => {
      checkWire(quirk);
      checkConnection(quirk);
    });
    for (const [quirk, test] of Object.entries(sessions)) it(quirk, test);
    it('has a test for every item', () => {
      const wire = [...new Set(cases.map(({ quirk }) => quirk))];
      expect(wire.toSorted()).toEqual(itemsOf(server, 'wire').toSorted());
      expect(Object.keys(sessions).toSorted()).toEqual(itemsOf(server, 'session').toSorted());
    });
  });
}
