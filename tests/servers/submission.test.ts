import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerEnvelope } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from '@postern/protocol/error';
import { select, uidSearch } from '@postern/protocol/imap';
import type { Transport } from '@postern/protocol/port';
import { signInToSubmission } from '@postern/protocol/sign-in';
import { isUncertain, submit, SubmissionSession } from '@postern/protocol/smtp';
import type { Submission, Submitted } from '@postern/protocol/smtp';
import { dial } from '../support/direct.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import type { DovecotPlace } from '../support/dovecot.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import type { MailPlace, Person } from '../support/place.ts';
import { systemClock } from '../support/relay.ts';
import { Client } from './conformance/client.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

function message(words: string, more: Partial<Submission['message']> = {}): Submission['message'] {
  const bytes = text(words);
  return {
    octets: bytes.length,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
    },
    ...more,
  };
}

async function session(
  target: string,
  person?: Person,
  wrap = (line: Transport) => line,
): Promise<SubmissionSession> {
  const made = new SubmissionSession(wrap(await dial(target)), { clock: systemClock });
  if (person) await signInToSubmission(made, person);
  else await made.hello();
  return made;
}

/** The message with that subject in the person's INBOX, once it is there. */
async function received(place: MailPlace, person: Person, subject: string): Promise<string> {
  const client = await Client.open(place.imap, person);
  try {
    const uid = await eventually(`"${subject}" arrives`, async () => {
      await client.run(select('INBOX'));
      const uids = await client.run(uidSearch({ key: 'HEADER', field: 'Subject', text: subject }));
      return uids[0];
    });
    const octets = await client.section(uid, { section: '' });
    return Buffer.from(octets, 'latin1').toString();
  } finally {
    client.session.close();
  }
}

/** What is hard to pass on unharmed: dots at line starts, all line ends, 8 bits, much of it. */
const awkward = (subject: string, octets: number): string =>
  [
    `From: ${ada.address}`,
    `To: ${grace.address}`,
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    '.',
    '..',
    '.QUIT',
    'Größe 大きさ',
    ...Array.from({ length: Math.ceil(octets / 80) }, (_, i) =>
      `.${String(i).padEnd(76, '·x')}`.slice(0, 60),
    ),
    '',
  ].join('\r\n');

describe('submission to the embedded server', () => {
  let place: EmbeddedPlace;
  beforeAll(async () => {
    place = await startEmbedded();
  });
  afterAll(() => place.close());

  it('delivers every octet, and says who is not there', async () => {
    const line = await session(place.submission!, ada);
    const words = awkward('embedded', 200_000);
    const progress: number[] = [];
    const { accepted, refused } = await submit(line, {
      from: ada.address,
      recipients: [grace.address, 'nobody@postern.example'],
      message: message(words),
      onProgress: (sent) => progress.push(sent),
    });
    expect(accepted).toEqual([grace.address]);
    expect(refused).toMatchObject([
      { address: 'nobody@postern.example', reply: 550, reason: 'no-such-address' },
    ]);
    expect(progress.at(-1)).toBe(text(words).length);
    await line.quit();
    expect(await received(place, grace, 'embedded')).toContain(words);
  });

  it('is told beforehand what is too large', async () => {
    const line = await session(place.submission!, ada);
    const huge = { ...message(''), octets: 65 << 20 };
    const failing = submit(line, { from: ada.address, recipients: [grace.address], message: huge });
    await expect(failing).rejects.toMatchObject({
      code: { name: '5.3.4', octets: 65 << 20, limit: 64 << 20 },
    });
    // Nothing was said: the connection is as it was.
    expect((await line.command('NOOP', 'NOOP')).code).toBe(250);
    await line.quit();
  });
});

describe('submission to smtp-server', () => {
  let server: SMTPServer;
  let target: string;
  const got: { envelope: SMTPServerEnvelope; words: string }[] = [];
  beforeAll(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      hideDSN: false,
      hideENHANCEDSTATUSCODES: false,
      logger: false,
      onRcptTo(_, { envelope }, callback) {
        if (envelope.rcptTo.length < 3) return callback();
        return callback(Object.assign(new Error('only three at once'), { responseCode: 452 }));
      },
      onData(stream, { envelope }, callback) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          got.push({ envelope: structuredClone(envelope), words: Buffer.concat(chunks).toString() });
          callback();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    target = `submission://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  it('asks for reports on delivery', async () => {
    got.length = 0;
    const line = await session(target);
    await submit(line, {
      from: 'ada@example.org',
      recipients: ['bob+x@example.org'],
      message: message('Subject: x\r\n\r\ny\r\n'),
      reports: { on: ['SUCCESS', 'FAILURE'], give: 'HDRS', id: 'a+b=c' },
    });
    expect(got[0]?.envelope).toMatchObject({
      dsn: { ret: 'HDRS', envid: 'a+b=c' },
      rcptTo: [
        {
          address: 'bob+x@example.org',
          dsn: { notify: ['SUCCESS', 'FAILURE'], orcpt: 'rfc822;bob+x@example.org' },
        },
      ],
    });
    await line.quit();
  });

  it('reaches more people than it takes at once, each of them once', async () => {
    got.length = 0;
    const line = await session(target);
    const recipients = Array.from({ length: 8 }, (_, i) => `person${i}@example.org`);
    const { accepted, refused } = await submit(line, {
      from: 'ada@example.org',
      recipients,
      message: message('a\r\n'),
    });
    expect(refused).toEqual([]);
    expect(accepted.toSorted()).toEqual(recipients);
    const reached = got.flatMap(({ envelope }) => envelope.rcptTo.map(({ address }) => address));
    expect(reached.toSorted()).toEqual(recipients);
    expect(got).toHaveLength(3);
    await line.quit();
  });

  it('takes addresses beyond ASCII', async () => {
    got.length = 0;
    const line = await session(target);
    const { accepted }: Submitted = await submit(line, {
      from: 'åda@example.org',
      recipients: ['späť@example.org'],
      message: message('Subject: ö\r\n\r\n', { utf8Header: true }),
    });
    expect(accepted).toEqual(['späť@example.org']);
    expect(got[0]?.words).toContain('Subject: ö');
    await line.quit();
  });

  it('sends nothing when it is cancelled in the middle', async () => {
    got.length = 0;
    const controller = new AbortController();
    const line = await session(target);
    const failing = submit(line, {
      from: 'ada@example.org',
      recipients: ['bob@example.org'],
      message: message(awkward('cancelled', 300_000)),
      signal: controller.signal,
      onProgress: (sent) => {
        if (sent > 100_000) controller.abort(new Error('no'));
      },
    });
    await expect(failing).rejects.toThrow('no');
    await line.closed;
    const again = await session(target);
    await submit(again, { from: 'a@b', recipients: ['c@d'], message: message('next\r\n') });
    expect(got.map(({ words }) => words)).toEqual(['next\r\n']);
    await again.quit();
  });
});

const missing = dovecotMissing();
if (missing) console.log(`skipped: ${missing}`);

describe.skipIf(missing)('submission to a real Dovecot', () => {
  let place: DovecotPlace;
  beforeAll(async () => {
    place = await startDovecot();
  }, 60_000);
  afterAll(async () => place?.close());

  /** Hides an extension by giving it another name of the same length. */
  const without =
    (keyword: string) =>
    (line: Transport): Transport => ({
      write: (bytes) => line.write(bytes),
      close: () => line.close(),
      bytes: (async function* () {
        for await (const chunk of line.bytes) {
          const words = Buffer.from(chunk).toString('latin1');
          yield Buffer.from(words.replace(keyword, 'X'.repeat(keyword.length)), 'latin1');
        }
      })(),
    });

  it.each([
    ['BDAT', (line: Transport) => line],
    ['DATA', without('CHUNKING')],
    ['BDAT, without pipelining', without('PIPELINING')],
  ])('delivers every octet by %s', async (way, wrap) => {
    const [from, to] = place.users;
    const line = await session(place.submission!, from, wrap);
    expect(line.extensions?.has('CHUNKING')).toBe(way !== 'DATA');
    const words = awkward(way, 700_000);
    const { accepted } = await submit(line, {
      from: from.address,
      recipients: [to.address],
      message: message(words),
    });
    expect(accepted).toEqual([to.address]);
    await line.quit();
    expect(await received(place, to, way)).toContain(words);
  });

  it('is told beforehand what is too large', async () => {
    const [from] = place.users;
    const line = await session(place.submission!, from);
    const limit = Number(line.extensions?.get('SIZE'));
    expect(limit).toBeGreaterThan(0);
    const error: unknown = await submit(line, {
      from: from.address,
      recipients: ['x@postern.example'],
      message: { ...message(''), octets: limit + 1 },
    }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandError);
    expect(isUncertain(error)).toBe(false);
    expect(error).toMatchObject({ code: { name: '5.3.4', limit } });
    await line.quit();
  });
});
