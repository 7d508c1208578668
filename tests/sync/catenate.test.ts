/** Files that the server has already are not uploaded again (CATENATE, RFC 4469); what is put there is the same in both ways. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Faults, Message, Profile } from '@postern/mailserver';
import { ConnectionLost } from '@postern/protocol/error';
import { draftsQuery } from '@postern/protocol/sync';
import type { Draft, DraftAttachment } from '@postern/protocol/sync';
import { draftWith, letterWithFile, sendingOf, writer } from '../support/files-of-drafts.ts';
import type { Desk } from './desk.ts';
import { deskBefore } from './desk-before.ts';
import { submissionServer } from './submission-server.ts';
import { quiet } from './without-sockets.ts';
import type { ServerWithoutSockets } from './without-sockets.ts';

let desk: Desk;
let server: ServerWithoutSockets;
/** Octets that went up. */
let up = 0;
let version = 0;
/** What is said ends the connection. */
let breaksOver: RegExp | undefined;
let breaksOnce = false;

afterEach(() => {
  breaksOver = undefined;
  breaksOnce = false;
  return desk.stop();
});

const KB = 1024;

type Off = NonNullable<Profile['capabilities']>;

const ways: readonly (readonly [string, Off])[] = [
  ['REPLACE', {}],
  ['APPEND', { REPLACE: false }],
  ['APPEND, without LITERAL+ and UIDPLUS', { REPLACE: false, UIDPLUS: false, 'LITERAL+': false }],
];

async function begin(
  off: Off = {},
  furnish: (server: ServerWithoutSockets) => void = () => {},
): Promise<void> {
  const { capabilities, ...profile } = quiet({}, false);
  ({ desk, server } = deskBefore({ ...profile, capabilities: { ...capabilities, ...off } }, (made) => {
    const connect = made.connect.bind(made);
    made.connect = () => {
      const transport = connect();
      return {
        ...transport,
        async write(bytes) {
          up += bytes.length;
          if (breaksOver?.test(Buffer.from(bytes).toString('latin1'))) {
            if (breaksOnce) breaksOver = undefined;
            transport.close();
            throw new ConnectionLost('broken');
          }
          await transport.write(bytes);
        },
      };
    };
    furnish(made);
  }));
  version = 0;
  await desk.look('Drafts');
  up = 0;
}

function file(id: string, octets: number, fill?: number): DraftAttachment {
  const bytes = fill === undefined ? randomBytes(octets) : Buffer.alloc(octets, fill);
  return { id, name: `${id}.bin`, type: 'application/x-test', bytes: new Uint8Array(bytes) };
}

function draftOf(subject: string, attachments: readonly DraftAttachment[], more: Partial<Draft> = {}): Draft {
  return draftWith(++version, subject, attachments, more);
}

/** However long it takes to write a large message. */
async function done(): Promise<void> {
  for (let turn = 0; turn < 200 && (await desk.actions()).length > 0; turn++) await desk.clock.pass(100);
  expect(await desk.actions()).toEqual([]);
}

/** Gives the octets that went up for it. */
async function save(
  subject: string,
  attachments: readonly DraftAttachment[],
  more: Partial<Draft> = {},
): Promise<number> {
  const { key: mailbox } = await desk.mailbox('Drafts');
  await desk.store.commit([{ kind: 'draft', draft: draftOf(subject, attachments, more) }]);
  const before = up;
  await desk.act({ kind: 'save-draft', draft: 'd', mailbox, from: writer, timeZoneOffset: 0 });
  await done();
  return up - before;
}

function contentOf({ content }: Message): string {
  return Buffer.from(content.read(0, content.size)).toString('latin1');
}

/** Of the only message that is there. */
function saved(mailbox = 'Drafts'): string {
  const { messages } = server.mailbox(mailbox);
  expect(messages).toHaveLength(1);
  return contentOf(messages[0]!);
}

const catenated = (): number => server.count(/CATENATE/);

/** Saves one version after another, and gives the last as it is on the server. */
async function savedBy(off: Off, versions: readonly (readonly DraftAttachment[])[]): Promise<string> {
  await begin(off);
  for (const [n, attachments] of versions.entries()) await save(`version ${n}`, attachments);
  return saved();
}

describe.each(ways)('the next version of a draft, by %s,', (_, off) => {
  const [a, b, c, small] = [file('a', 40 * KB), file('b', 40 * KB), file('c', 20 * KB), file('small', 100)];

  it.each([
    [
      'the same files',
      [
        [a, b],
        [a, b],
      ],
      2,
    ],
    ['one less', [[a, b], [b]], 1],
    [
      'others before, between and behind them',
      [
        [a, b],
        [c, a, small, b, small],
      ],
      2,
    ],
    [
      'another order',
      [
        [small, a, b],
        [b, a],
      ],
      2,
    ],
    ['one twice', [[a], [a, { ...a, id: 'again' }]], 1],
    ['none of them', [[a, b], [c]], 0],
  ] as const)('with %s is octet for octet as if it were uploaded', async (__, versions, urls) => {
    const whole = await savedBy({ ...off, CATENATE: false }, versions);
    expect(catenated()).toBe(0);
    await desk.stop();
    expect(await savedBy(off, versions)).toBe(whole);
    expect(server.count(/CATENATE/) > 0).toBe(urls > 0);
    expect(server.said.join('\n').match(/ URL /g)?.length ?? 0).toBe(urls);
  });

  it('knows the files of the version before, where the server did not say where it is', async () => {
    await begin({ ...off, UIDPLUS: false });
    await save('version 0', [a]);
    await save('version 1', [a, c]);
    expect(await save('version 2', [a, c])).toBeLessThan(4 * KB);
    expect(catenated()).toBe(2);
  });
});

it('a draft to an internationalised address, whose header is in UTF-8, is the same as if it were uploaded', async () => {
  const attachments = [file('a', 40 * KB)];
  const more = { to: 'jörg@postern.example' };
  const versions: string[] = [];
  for (const off of [{ CATENATE: false }, {}, { 'UTF8=ACCEPT': false }]) {
    await begin(off);
    await save('one', attachments, more);
    const octets = await save('two', attachments, more);
    expect(octets < 4 * KB).toBe(!('CATENATE' in off));
    expect(server.count(/CATENATE \(UTF8 \(/) > 0).toBe(Object.keys(off).length === 0);
    versions.push(saved());
    await desk.stop();
  }
  expect(versions[0]).toContain(Buffer.from('jörg@').toString('latin1'));
  expect(new Set(versions).size).toBe(1);
});

it('a file of 5 MB is not uploaded again: the next version costs less than a thousandth', async () => {
  const attachments = [file('large', 5 * KB * KB)];
  await begin({ CATENATE: false });
  await save('one', attachments);
  const whole = await save('two', attachments);
  const message = saved();
  await desk.stop();
  await begin();
  await save('one', attachments);
  const octets = await save('two', attachments);
  expect(saved()).toBe(message);
  expect(whole).toBeGreaterThan(7_000_000);
  expect(octets).toBeLessThan(whole / 1000);
}, 30_000);

const refusals: readonly (readonly [
  string,
  NonNullable<ReturnType<NonNullable<Faults['refuse']>>>,
  number,
])[] = [
  ['BAD', { status: 'BAD', text: 'what?' }, 1],
  ['NO', { status: 'NO', text: 'no' }, 2],
  ['BADURL', { status: 'NO', code: 'BADURL /x', text: 'no' }, 2],
  ['TOOBIG', { status: 'NO', code: 'TOOBIG', text: 'no' }, 4],
];

describe.each(refusals)('where CATENATE is answered by %s', (_, refusal, asked) => {
  it.each(ways)(
    'the whole is uploaded at once (%s), and it is asked for no more when that is no use',
    async (__, off) => {
      await begin(off);
      const attachments = [file('a', 40 * KB)];
      await save('version 0', attachments);
      server.faults.refuse = (command) => {
        const line = server.said.at(-1) ?? '';
        return /^(?:APPEND|UID REPLACE)$/.test(command) && line.includes('CATENATE') ? refusal : undefined;
      };
      for (let n = 1; n < 5; n++) {
        expect(await save(`version ${n}`, attachments)).toBeGreaterThan(50 * KB);
        expect(server.subjects('Drafts')).toEqual([`version ${n}`]);
        expect(catenated()).toBe(Math.min(n, asked));
      }
      expect(desk.bugs).toEqual([]);
    },
  );
});

it('of what would be refused in any form the whole is not uploaded: the account is full', async () => {
  await begin({ REPLACE: false });
  const attachments = [file('a', 40 * KB)];
  await save('one', attachments);
  server.faults.refuse = (command) =>
    /^(?:APPEND|UID REPLACE)$/.test(command) ? { status: 'NO', code: 'OVERQUOTA', text: 'full' } : undefined;
  const { key: mailbox } = await desk.mailbox('Drafts');
  await desk.store.commit([{ kind: 'draft', draft: draftOf('two', attachments) }]);
  const before = up;
  await desk.act({ kind: 'save-draft', draft: 'd', mailbox, from: writer, timeZoneOffset: 0 });
  await desk.clock.pass(5000);
  expect(up - before).toBeLessThan(4 * KB);
  expect(server.subjects('Drafts')).toEqual(['one']);
  expect((await desk.store.read(draftsQuery()))[0]).toMatchObject({ subject: 'two' });
});

it('a server that ends the connection over it, time and again, gets the whole', async () => {
  await begin();
  const attachments = [file('a', 40 * KB)];
  await save('one', attachments);
  breaksOver = /CATENATE/;
  const { key: mailbox } = await desk.mailbox('Drafts');
  await desk.store.commit([{ kind: 'draft', draft: draftOf('two', attachments) }]);
  await desk.act({ kind: 'save-draft', draft: 'd', mailbox, from: writer, timeZoneOffset: 0 });
  await desk.clock.pass(120_000);
  expect(await desk.actions()).toEqual([]);
  expect(server.subjects('Drafts')).toEqual(['two']);
});

it('a part of another length than the file would have is not taken for it', async () => {
  await begin();
  await save('one', [file('a', 40 * KB)]);
  const [draft] = await desk.store.read(draftsQuery());
  await desk.store.commit([{ kind: 'draft-copy', id: 'd', copy: { ...draft!.copy!, files: ['b'] } }]);
  expect(await save('two', [file('b', 41 * KB)])).toBeGreaterThan(50 * KB);
  expect(catenated()).toBe(0);
});

describe('a server that says OK and puts it together wrongly', () => {
  const attachments = [file('a', 40 * KB)];
  const encoded = Buffer.from(attachments[0]!.bytes).toString('base64');
  const cut = (message: Uint8Array): Uint8Array => message.subarray(0, message.length - 5000);

  it.each(ways)(
    'is given the whole, keeps the version before until then, and is asked for no more (%s)',
    async (_, off) => {
      await begin(off);
      await save('one', attachments);
      server.faults.catenate = cut;
      let before: readonly string[] = [];
      server.when(/RFC822\.SIZE BODY\.PEEK\[HEADER\]/, () => (before = server.subjects('Drafts')));
      expect(await save('two', attachments)).toBeGreaterThan(50 * KB);
      expect(before).toEqual(['one', 'two']);
      expect(catenated()).toBe(1);
      expect(server.subjects('Drafts')).toEqual(['two']);
      expect(saved().replaceAll('\r\n', '')).toContain(encoded);
      await save('three', attachments);
      expect(catenated()).toBe(1);
      expect(saved().replaceAll('\r\n', '')).toContain(encoded);
      expect(desk.bugs).toEqual([]);
    },
  );

  it.each(ways)(
    'is given the whole, too, where the connection breaks before it is known (%s)',
    async (_, off) => {
      await begin(off);
      await save('one', attachments);
      server.faults.catenate = cut;
      [breaksOver, breaksOnce] = [/RFC822\.SIZE BODY\.PEEK\[HEADER\]/, true];
      const { key: mailbox } = await desk.mailbox('Drafts');
      await desk.store.commit([{ kind: 'draft', draft: draftOf('two', attachments, { editing: false }) }]);
      await desk.act({ kind: 'save-draft', draft: 'd', mailbox, from: writer, timeZoneOffset: 0 });
      await desk.clock.pass(120_000);
      await done();
      expect(breaksOver).toBeUndefined();
      expect(await desk.store.read(draftsQuery())).toEqual([]);
      expect(server.subjects('Drafts')).toEqual(['two']);
      expect(saved().replaceAll('\r\n', '')).toContain(encoded);
    },
  );

  it('is given it again where another program has removed it before it was looked at', async () => {
    await begin();
    await save('one', attachments);
    let removed = 0;
    server.when(/SELECT/, () => {
      removed = server.subjects('Drafts').filter((subject) => subject === 'two').length;
      server.expunge('Drafts', 'two');
    });
    await save('two', attachments);
    expect(removed).toBe(1);
    expect(server.subjects('Drafts')).toEqual(['two']);
    expect(saved().replaceAll('\r\n', '')).toContain(encoded);
  });
});

it('a version for which there is no room beside the one before takes its place, whole', async () => {
  const attachments = [file('a', 40 * KB)];
  await begin();
  await save('one', attachments);
  server.faults.refuse = (command) =>
    command === 'APPEND' ? { status: 'NO', code: 'OVERQUOTA', text: 'full' } : undefined;
  expect(await save('two', attachments)).toBeGreaterThan(50 * KB);
  expect(server.subjects('Drafts')).toEqual(['two']);
});

describe('a part that is not there any more', () => {
  const attachments = [file('a', 40 * KB)];

  it.each(ways)('is uploaded, and no other is taken for it: numbered anew (%s)', async (_, off) => {
    await begin(off);
    await save('one', attachments);
    server.when(/CATENATE/, () => {
      const drafts = server.mailbox('Drafts');
      const [content] = drafts.messages.map(contentOf);
      drafts.expunge([...drafts.messages]);
      drafts.renumber(drafts.uidValidity + 1);
      // Another message, by the same number.
      drafts.add({
        content: Buffer.from(
          content!
            .replace(/^Message-ID: .*$/m, 'Message-ID: <other@x>')
            .replace(/^[\w+/]{76}$/gm, 'A'.repeat(76)),
          'latin1',
        ),
      });
      expect(drafts.messages[0]?.uid).toBe(1);
    });
    await save('two', attachments);
    expect(catenated()).toBe(1);
    const messages = server.mailbox('Drafts').messages.map(contentOf);
    const two = messages.filter((content) => content.includes('Subject: two'));
    expect(two).toHaveLength(1);
    expect(two[0]!.replaceAll('\r\n', '')).toContain(Buffer.from(attachments[0]!.bytes).toString('base64'));
  });

  it.each(ways)('is uploaded: somebody has just removed it (%s)', async (_, off) => {
    await begin(off);
    await save('one', attachments);
    server.when(/CATENATE/, () => server.expunge('Drafts', 'one'));
    await save('two', attachments);
    expect(catenated()).toBe(1);
    expect(saved().replaceAll('\r\n', '')).toContain(Buffer.from(attachments[0]!.bytes).toString('base64'));
  });
});

describe('a file that is forwarded', () => {
  const bytes = randomBytes(60 * KB);

  async function forward(
    content: string,
    off: Off = {},
  ): Promise<{ readonly octets: number; readonly draft: string }> {
    await begin(off, (made) =>
      made.mailbox('Projekte & Größe').add({ content: Buffer.from(content, 'latin1') }),
    );
    await desk.look('Projekte & Größe');
    const [row] = await desk.rows('Projekte & Größe');
    await desk.look('Drafts');
    const source = { key: row!.key, section: '2' };
    const octets = await save('forwarded', [{ ...file('theirs', 1), bytes: new Uint8Array(bytes), source }]);
    return { octets, draft: saved() };
  }

  it.each([
    [76, {}],
    [60, { REPLACE: false, 'UTF8=ACCEPT': false }],
    [72, { IMAP4rev2: true }],
  ] as const)('is taken from the message that it came with (lines of %i)', async (lines, off) => {
    const { octets, draft } = await forward(letterWithFile(bytes, lines), off);
    expect(octets).toBeLessThan(4 * KB);
    expect(catenated()).toBe(1);
    const [, header = '', body = ''] = draft.split(/\r\n--=_mixed_\w+(?:--)?\r\n/).slice(1);
    expect(header).toContain('Content-Disposition: attachment; filename=theirs.bin');
    expect(header + body).toContain('application/x-test');
    expect(Buffer.from(header.split('\r\n\r\n')[1] ?? '', 'base64').equals(bytes)).toBe(true);
  });

  it.each([
    ['has something in it that is no base64', letterWithFile(bytes, 76, (encoded) => `${encoded}!!!`)],
    ['is cut short', letterWithFile(bytes, 76, (encoded) => encoded.slice(0, -500))],
    ['is said to be encoded in another way', letterWithFile(bytes, 76, undefined, '7bit')],
  ])('is uploaded where the part %s', async (_, content) => {
    const { octets, draft } = await forward(content);
    expect(octets).toBeGreaterThan(80 * KB);
    expect(catenated()).toBe(0);
    expect(draft.replaceAll('\r\n', '')).toContain(bytes.toString('base64'));
  });
});

describe('what is sent', () => {
  async function send(draft: Draft): Promise<string> {
    const { key } = await desk.mailbox('Sent');
    const { action, bytes } = await sendingOf(draft, desk.clock.now(), key, 'submit');
    await desk.act(action, new Uint8Array(bytes));
    await desk.store.commit([{ kind: 'draft-removed', id: draft.id }]);
    await desk.clock.pass(5000);
    await done();
    return bytes.toString('latin1');
  }

  it.each([
    ['with CATENATE', {}, 1],
    ['without it', { CATENATE: false }, 0],
  ] as const)(
    'is filed octet for octet, with the files of its draft, which goes (%s)',
    async (_, off, asked) => {
      await begin(off);
      const seen = { messages: 0, reached: [] };
      desk.submission = submissionServer('250 queued', seen);
      const [a, b] = [file('a', 30 * KB), file('b', 40 * KB)];
      await save('draft', [a, b]);
      const [draft] = await desk.store.read(draftsQuery());
      expect(draft?.copy?.files).toEqual(['a', 'b']);
      const before = up;
      const said = await send({ ...draft!, attachments: [b, a, file('c', 9 * KB)] });
      expect(seen.messages).toBe(1);
      expect(saved('Sent')).toBe(said);
      expect(server.subjects('Drafts')).toEqual([]);
      expect(catenated()).toBe(asked);
      expect(up - before < 20 * KB).toBe(asked > 0);
    },
  );

  describe.each([
    ['at once', undefined],
    ['when the connection is back', /BODY\.PEEK\[HEADER\]\)/],
  ])('is filed whole where the server has put it together wrongly: %s', (_, breaks) => {
    it.each([{}, { UIDPLUS: false }])('(%j)', async (off) => {
      await begin(off);
      desk.submission = submissionServer('250 queued', { messages: 0, reached: [] });
      const attachments = [file('a', 30 * KB)];
      await save('draft', attachments);
      const [draft] = await desk.store.read(draftsQuery());
      server.faults.catenate = (message) => message.subarray(0, message.length - 5000);
      [breaksOver, breaksOnce] = [breaks, true];
      const said = await send({ ...draft!, attachments });
      expect(breaksOver).toBeUndefined();
      expect(saved('Sent')).toBe(said);
      expect(server.subjects('Drafts')).toEqual([]);
      expect(catenated()).toBe(1);
    });
  });
});
