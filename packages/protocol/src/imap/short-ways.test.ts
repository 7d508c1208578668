/** What is read in a short way where it is plain means what it means when it is read with all care. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText, windowOf } from '../bytes/index.ts';
import { select } from './commands/index.ts';
import { Connection } from './connection.ts';
import { FlagsLine } from './flags-line.ts';
import { type Frame, Fragmenter, frameOf } from './fragmenter.ts';
import { type Parsed, parseResponse } from './parse.ts';
import { Reader } from './reader.ts';

/** Takes no short way. */
class CarefulReader extends Reader {
  override plainEnd(): number {
    return -1;
  }
  override atomListEnd(): number {
    return -1;
  }
  override repeats(): boolean {
    return false;
  }
  override takeOctets(): boolean {
    return false;
  }
  override takeNumbers(): boolean {
    return false;
  }
  override hasSpace(): boolean {
    return true;
  }
  protected override takeQuotedOctets(): boolean {
    return false;
  }
  protected override isAscii(): boolean {
    return false;
  }
}

const octets = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

function frames(wire: Uint8Array): Frame[] {
  const fragmenter = new Fragmenter();
  fragmenter.push(wire);
  const found: Frame[] = [];
  for (let next = fragmenter.next(); next; next = fragmenter.next()) {
    if (next.type === 'frame') found.push(next.frame);
  }
  return found;
}

const full = [
  '* 7 FETCH (UID 9 FLAGS (\\Seen $Work) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 4286 ENVELOPE ' +
    '("Wed, 17 Jul 1996 02:23:25 -0700" "minutes" (("Terry Gray" NIL "gray" "cac.edu")) (("Terry Gray" NIL "gray" ' +
    '"cac.edu")) (("Terry Gray" NIL "gray" "cac.edu")) ((NIL NIL "imap" "cac.edu")("a@b" NIL "c d" "e")) NIL NIL NIL ' +
    '"<B27@cac.edu>") BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 30 2 NIL NIL NIL NIL)' +
    '("text" "html" ("charset" "utf-8") NIL NIL "quoted-printable" 90 3 NIL NIL NIL NIL) "alternative" ("boundary" "=x") ' +
    'NIL NIL NIL))',
  '* 8 FETCH (BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 30 2)("application" "pdf" ("name" "x y.pdf") ' +
    '"<id>" "d" "base64" 900 NIL ("attachment" ("filename" "x y.pdf")) ("de" "en") "l") "mixed" ("boundary" "b")) ' +
    'INTERNALDATE " 1-Feb-2024 00:00:00 +0130" FLAGS () UID 12 MODSEQ (90060115205545359))',
  '* 9 FETCH (ENVELOPE (NIL {8}\r\na "b" \\c (("J\xfcrgen" NIL {1}\r\nj "x")) (("J\xfcrgen" NIL {1}\r\nj "x")) NIL (("say ' +
    '"hi"" NIL "\\"q\\"" "MISSING_DOMAIN")) NIL NIL NIL "<i>") FLAGS ("q" {x}) PREVIEW "Gr\xc3\xbc\xc3\x9fe" UID 4)',
];
const short = [
  '* 12 FETCH (UID 345 FLAGS (\\Seen \\Recent) MODSEQ (624140003))',
  '* 1 FETCH (FLAGS () UID 4294967295)',
  '* 99999 FETCH (UID 7 MODSEQ (7) FLAGS ($Forwarded \\Answered))',
  '* 5 FETCH (MODSEQ (123456789012345) UID 1)',
  '* 3 FETCH (UID 3)',
  '* 25997 UIDFETCH (FLAGS (\\Seen) MODSEQ (12))',
  '* 8 UIDFETCH (FLAGS ())',
];
const bits = (
  '"|\\|(|)| |  |NIL|\xfc|\xc3\xa9|""|5|-1|0|.5|e3|UID |UID 6 |\0|[|]|{|}|{3}\r\nabc|{1}\r\n)|\t|\r|\n|<|~|FLAGS (a "b)")|' +
  'FLAGS (|MODSEQ (3)|MODSEQ |FETCH |fetch |* |99999999999999999999|("a" NIL "b" "c")|26|:|(\\Seen)'
).split('|');

/** A line with up to four things put in, taken out or said twice. */
function mutated(lines: readonly string[]): fc.Arbitrary<string> {
  const place = fc.nat(10_000);
  const edit = fc.record({
    kind: fc.nat(3),
    at: place,
    from: place,
    length: fc.nat(50),
    bit: fc.constantFrom(...bits),
  });
  return fc.tuple(fc.constantFrom(...lines), fc.array(edit, { maxLength: 4 })).map(([line, edits]) =>
    edits.reduce((text, { kind, at, from, length, bit }) => {
      const here = at % (text.length + 1);
      const there = from % (text.length + 1);
      if (kind === 0) return text.slice(0, here) + bit + text.slice(here);
      if (kind === 1) return text.slice(0, here) + text.slice(here + 1 + (length % 3));
      if (kind === 2) return text.slice(0, here) + bit + text.slice(here + 1);
      return text.slice(0, here) + text.slice(there, there + length) + text.slice(here);
    }, line),
  );
}

/** What a test compares: errors by what they say. */
function told({ response, defects }: Parsed): unknown {
  return { response, defects: defects.map(({ message, offset, excerpt }) => [message, offset, excerpt]) };
}

describe('plain strings, lists and parts', () => {
  it.each(full)('of %s', (line) => {
    const [frame] = frames(octets(`${line}\r\n`));
    const parsed = parseResponse(frame!);
    expect(parsed.defects).toEqual([]);
    // Twice: a part that was met before is known by its octets.
    expect(parseResponse(frame!)).toEqual(parsed);
    expect(parseResponse(frame!, new CarefulReader())).toEqual(parsed);
  });

  it('of anything like them', () => {
    fc.assert(
      fc.property(mutated([...full, ...short]), (line) => {
        for (const frame of frames(octets(`${line}\r\n`))) {
          expect(told(parseResponse(frame))).toEqual(told(parseResponse(frame, new CarefulReader())));
        }
      }),
      { numRuns: 3000 },
    );
  });
});

it('nothing is read beyond the end of a response', () => {
  const behind = fc.constantFrom('', '] "x" ) NIL', '"', ')', 'NIL NIL NIL NIL)) 5', ' (UID 7)', '\\Seen)');
  fc.assert(
    fc.property(mutated([...full, ...short, '* OK [ALERT', '* LIST () "/" a b']), behind, (line, rest) => {
      const text = line.replace(/[\r\n{]/g, '');
      const window = windowOf(octets(`${rest}${text}\r\n${rest}`));
      const frame: Frame = { window, start: rest.length, end: rest.length + text.length, literals: [] };
      expect(told(parseResponse(frame))).toEqual(told(parseResponse(frameOf(octets(text)))));
    }),
    { numRuns: 1500 },
  );
});

describe('FlagsLine', () => {
  const padding = octets('* 1 EXISTS\r\n'.repeat(40));
  const known = ['(\\Seen \\Recent)', '()', '($Forwarded \\Answered)'];
  const careful = (line: string): Parsed => parseResponse(frames(octets(line))[0]!, new CarefulReader());

  /** Lists of flags are known once they were read the usual way. */
  function primed(): FlagsLine {
    for (const list of known) parseResponse(frameOf(octets(`* 1 FETCH (FLAGS ${list})`)));
    return new FlagsLine();
  }

  it.each(short)('reads %s as it is read the usual way', (line) => {
    const flagsLine = primed();
    const bytes = concatBytes([octets('xyz'), octets(`${line}\r\n`), padding]);
    expect(flagsLine.read(bytes, 3, bytes.length)).toBe(line.length + 5);
    const { seq, message } = flagsLine;
    expect(careful(`${line}\r\n`)).toEqual({ response: { type: 'fetch', seq, message }, defects: [] });
    for (const end of [3, 20, line.length + 4]) expect(flagsLine.read(bytes, 3, end)).toBe(-1);
  });

  it.each([
    '* 5 FETCH (UID 1 MODSEQ (1234567890123456))',
    '* 5 FETCH (UID 1 FLAGS (\\Seen) RFC822.SIZE 5)',
    '* 5 FETCH (UID 1 FLAGS (unheard of))',
    '* 5 FETCH (FLAGS (\\Seen \\Recent))',
    '* 0 FETCH (UID 1)',
  ])('leaves %s to the usual way', (line) => {
    const bytes = concatBytes([octets(`${line}\r\n`), padding]);
    expect(primed().read(bytes, 0, bytes.length)).toBe(-1);
  });

  it('reads nothing otherwise than it is read the usual way', () => {
    const flagsLine = primed();
    let read = 0;
    fc.assert(
      fc.property(mutated(short), (line) => {
        const wire = `${line}\r\n`;
        const bytes = concatBytes([octets(wire), padding]);
        const end = flagsLine.read(bytes, 0, bytes.length);
        if (end === -1) return;
        read++;
        const { seq, message } = flagsLine;
        expect(careful(wire.slice(0, end))).toEqual({
          response: { type: 'fetch', seq, message },
          defects: [],
        });
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(300);
  });
});

/** Everything a connection says of `wire` in a selected mailbox, when it comes in pieces of `size` octets. */
function events(wire: Uint8Array, size: number): unknown[] {
  const connection = new Connection();
  const found: unknown[] = [];
  const receive = (piece: Uint8Array): void => {
    connection.receive(piece);
    for (let event = connection.next(); event; event = connection.next()) {
      const error = event.type === 'defect' ? event.error : undefined;
      found.push(error ? [error.message, error.offset, error.excerpt] : event);
    }
  };
  receive(encodeText('* PREAUTH hello\r\n'));
  const tag = connection.send(select('INBOX'));
  receive(encodeText(`* 20 EXISTS\r\n* OK [UIDVALIDITY 1]\r\n${tag} OK\r\n`));
  for (let at = 0; at < wire.length; at += size) receive(wire.slice(at, at + size));
  return found;
}

it('events are the same however the octets arrive', () => {
  const line = fc.oneof(mutated(short), fc.constantFrom(...short, ...full));
  // A large piece that ends the line under way is put together otherwise than small ones.
  const size = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 4097, max: 5000 }));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), size, (lines, size) => {
      const wire = octets(lines.map((text) => `${text}\r\n`).join(''));
      expect(events(wire, size)).toEqual(events(wire, wire.length + 1));
    }),
    { numRuns: 300 },
  );
});
