import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { GatewayRefused } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';
import { draftsQuery, lineOf, MemoryStore, newVersionId } from '@postern/protocol/sync';
import type {
  Change,
  Draft,
  DraftCopy,
  MessageKey,
  Query,
  SendAction,
  Store,
  Touched,
} from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { submissionServer } from './submission-server.ts';
import type { Seen } from './submission-server.ts';
import { quiet, ServerWithoutSockets } from './without-sockets.ts';

/** One draft that two devices of one person are to send in the same moment: one of them does, or its person is asked. */
let server: ServerWithoutSockets;
let seen: Seen;
let devices: Device[] = [];
const clock = { now: () => Date.now() };

/** An engine's store that stops at one of its commits, until it is let go on. */
class HeldStore implements Store {
  readonly #disk: Store;
  #left = Infinity;
  #kept = false;
  #go = (): void => undefined;
  held = false;
  /** Nothing that it is asked for is ever answered. */
  dead = false;

  constructor(disk: Store) {
    this.#disk = disk;
  }

  /** At its n-th commit from now, before or after that is kept. */
  hold(n: number, kept: boolean): void {
    this.#left = n;
    this.#kept = kept;
  }

  goOn(): void {
    this.held = false;
    this.#go();
  }

  async commit(changes: readonly Change[]): Promise<void> {
    if (this.dead) return new Promise(() => undefined);
    const stops = --this.#left === 0;
    if (stops && !this.#kept) await this.#stop();
    await this.#disk.commit(changes);
    if (stops && this.#kept) await this.#stop();
  }

  #stop(): Promise<void> {
    this.held = true;
    return new Promise((resolve) => (this.#go = resolve));
  }

  read<T>(query: Query<T>): Promise<T> {
    return this.dead ? new Promise(() => undefined) : this.#disk.read(query);
  }
  allocate(count: number): Promise<MessageKey> {
    return this.#disk.allocate(count);
  }
  watch(listener: (touched: ReadonlySet<Touched>) => void): () => void {
    return this.#disk.watch((touched) => !this.dead && listener(touched));
  }
  close(): void {
    this.#disk.close();
  }
}

class Device {
  readonly desk: Desk;
  store: HeldStore;
  submission: () => Transport = submissionServer('250 queued', seen);
  #life = 0;

  constructor() {
    this.desk = new Desk(new ScriptedServer(), {
      store: new MemoryStore(),
      connect: () => new Promise(() => undefined),
    });
    this.store = new HeldStore(this.desk.store);
  }

  /** An engine on what the one before has left, which is dead. */
  live(): void {
    const life = ++this.#life;
    this.store.dead = true;
    this.store = new HeldStore(this.desk.store);
    this.desk.start({
      store: this.store,
      // Both draw the same mark.
      random: (octets) => new Uint8Array(octets === 1 ? [7] : randomBytes(octets)),
      connect: async (service) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (life !== this.#life) return new Promise(() => undefined);
        return service === 'imap' ? server.connect() : this.submission();
      },
      onBug: (error) => this.desk.bugs.push(error),
    });
  }
}

/** Its first engine has nothing to do with it. */
async function device(): Promise<Device> {
  const made = new Device();
  await made.desk.stop();
  return made;
}

async function pass(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 15_000)
    for (const { desk } of devices) await desk.clock.pass(Math.min(left, 15_000));
}

const LINE = lineOf({ id: '0b8a36c5-2b1f-4f7a-9d3e-7a5f7c1e9b42' });
let changed = 0;

/** The draft is on the server, and open on both. */
async function open(capabilities: Record<string, false> = {}): Promise<readonly [Device, Device]> {
  const { capabilities: offered, ...profile } = quiet({}, false);
  server = new ServerWithoutSockets({ ...profile, capabilities: { ...offered, ...capabilities } }, () =>
    clock.now(),
  );
  seen = { messages: 0, reached: [] };
  const two = [await device(), await device()] as const;
  devices = [...two];
  for (const each of two) each.live();
  clock.now = () => two[0].desk.clock.now();
  for (const { desk } of two) await desk.look('Drafts');
  await save(two[0], 'one');
  const [row] = await two[1].desk.rows('Drafts');
  const { key: mailbox, sync } = await two[1].desk.mailbox('Drafts');
  copy = { mailbox, uidValidity: sync.uidValidity, uid: row!.uid } as DraftCopy;
  return two;
}

/** As the second device has opened it. */
let copy: DraftCopy;

async function save({ desk }: Device, text: string): Promise<void> {
  const known = (await desk.store.read(draftsQuery()))[0] ?? {};
  const draft: Draft = { ...sampleDraft('d', ++changed), ...known, changed, text, editing: true, line: LINE };
  await desk.store.commit([{ kind: 'draft', draft }]);
  const { key: mailbox } = await desk.mailbox('Drafts');
  const from = { name: 'Ada', address: 'ada@postern.example' };
  await desk.act({ kind: 'save-draft', draft: 'd', mailbox, from, timeZoneOffset: 0 });
  await pass(20_000);
}

async function send({ desk }: Device): Promise<string> {
  const draft = (await desk.store.read(draftsQuery()))[0];
  const messageId = newVersionId(LINE, 'postern.example', new Uint8Array(randomBytes(32)));
  const id = await desk.act(
    {
      kind: 'send',
      messageId,
      subject: 'one',
      from: 'ada@postern.example',
      recipients: ['grace@postern.example'],
      sent: (await desk.mailbox('Sent')).key,
      answers: undefined,
      line: LINE,
      copy: draft?.copy ?? copy,
      notBefore: 0,
      step: 'submit',
    },
    new TextEncoder().encode(`Message-ID: ${messageId}\r\nSubject: one\r\n\r\none\r\n`),
  );
  await desk.store.commit([{ kind: 'draft-removed', id: 'd' }]);
  return id;
}

/** Why the person is asked; undefined: the message is on its way, or was sent. */
async function asked({ desk }: Device): Promise<string | undefined> {
  const [action] = await desk.actions();
  return action && 'reason' in action.state ? action.state.reason : undefined;
}

/** The person wants it sent all the same. */
async function sendAnyway({ desk }: Device): Promise<void> {
  const [action] = await desk.actions();
  await desk.store.commit([{ kind: 'action', action: { ...action!, state: { name: 'waiting' } } }]);
  desk.engine.wake('action');
  await pass(60_000);
}

const claims = (): string[] => server.said.filter((line) => line.includes('UNCHANGEDSINCE'));

afterEach(async () => {
  for (const { desk, store } of devices.splice(0)) {
    expect(desk.bugs).toEqual([]);
    store.goOn();
    await desk.stop();
  }
});

const ASKED = ['being-sent', 'sent-already', 'draft-gone'];

/** Has a device that sends stop at each of its commits, before or after that is kept. */
async function atEveryCommit(
  keeps: readonly boolean[],
  run: (one: Device, other: Device, what: string) => Promise<void>,
): Promise<void> {
  for (const kept of keeps) {
    for (let n = 1; ; n++) {
      const [one, other] = await open();
      one.store.hold(n, kept);
      await send(one);
      await pass(10_000);
      if (!one.store.held) {
        // The claim, its beginning, its end, what becomes of the version there.
        expect(n).toBeGreaterThan(5);
        break;
      }
      await run(one, other, `held at commit ${n} (kept: ${kept})`);
      for (const { desk, store } of devices.splice(0)) {
        store.goOn();
        await desk.stop();
      }
    }
  }
}

describe('a draft that two devices send in the same moment', () => {
  it.each([0, 1])('goes out once, whichever is a little earlier (%s)', async (first) => {
    const two = await open();
    for (const device of first === 0 ? two : two.toReversed()) await send(device);
    await pass(150_000);
    expect(seen.messages).toBe(1);
    const reasons = [await asked(two[0]), await asked(two[1])].filter((reason) => reason !== undefined);
    expect(reasons).toEqual(['sent-already']);
    expect(server.subjects('Sent')).toEqual(['one']);
    expect(server.subjects('Drafts')).toEqual([]);
    expect(claims()[0]).toMatch(
      /UID STORE 1 \(UNCHANGEDSINCE \d+\) \+FLAGS\.SILENT \(\$SubmitPending \$Submitted \$Submitting-[0-9a-f]\)$/,
    );
  });

  it.each([
    [20_000, [false, true]],
    [150_000, [false]],
  ])(
    'goes out once, wherever one of them is slow, however long (%i ms)',
    async (long, keeps) => {
      await atEveryCommit(keeps, async (one, other, what) => {
        await send(other);
        await pass(long);
        one.store.goOn();
        await pass(150_000);
        expect(seen.messages, what).toBe(1);
        expect(server.subjects('Sent'), what).toEqual(['one']);
        for (const device of [one, other])
          if ((await device.desk.actions()).length > 0) expect(ASKED, what).toContain(await asked(device));
      });
    },
    60_000,
  );

  it('goes out once where the one that has claimed it never comes back, and the person of the other says so', async () => {
    let told = 0;
    await atEveryCommit([true], async (_, other, what) => {
      await send(other);
      await pass(150_000);
      if ((await asked(other)) === 'being-sent') {
        // It may have gone out, and not be filed: nobody can see that.
        const before = seen.messages;
        if (before === 0) told++;
        await sendAnyway(other);
        expect(seen.messages, what).toBe(before + 1);
      } else expect(seen.messages, what).toBe(1);
    });
    expect(told).toBeGreaterThan(1);
  }, 60_000);

  it('goes out once, or both are asked, where one dies and comes back', async () => {
    await atEveryCommit([false, true], async (one, other, what) => {
      await send(other);
      await pass(20_000);
      one.live();
      await pass(150_000);
      const reasons = [await asked(one), await asked(other)];
      if (seen.messages === 0) expect(reasons, what).toEqual(['uncertain', 'being-sent']);
      else expect(seen.messages, what).toBe(1);
    });
  }, 60_000);

  it('is looked for again before it is sent anyway', async () => {
    const [one, other] = await open();
    one.submission = () => {
      throw new GatewayRefused(503, 'unreachable');
    };
    await send(one);
    await pass(20_000);
    await send(other);
    await pass(120_000);
    expect([seen.messages, await asked(other)]).toEqual([0, 'being-sent']);
    one.submission = submissionServer('250 queued', seen);
    await pass(600_000);
    expect(seen.messages).toBe(1);
    await sendAnyway(other);
    expect([seen.messages, await asked(other)]).toEqual([1, 'sent-already']);
  });
});

/** A device whose message was claimed, found nobody to submit it to, and was taken back to be written on. */
async function takenBack() {
  const [one] = await open();
  one.submission = () => {
    throw new GatewayRefused(503, 'unreachable');
  };
  const id = await send(one);
  await pass(20_000);
  const action = (await one.desk.actions())[0] as SendAction;
  const draft: Draft = { ...sampleDraft('d', ++changed), line: LINE, copy: action.copy };
  await one.desk.store.commit([{ kind: 'taken-back', id, draft }]);
  return one;
}

describe('the claim of a draft that is being sent', () => {
  it('is let go of when what was sent is refused', async () => {
    const [one, other] = await open();
    one.submission = submissionServer('250 queued', seen, {
      replies: new Map([['grace@postern.example', '550 5.1.1 nobody']]),
    });
    await send(one);
    await pass(20_000);
    expect(await asked(one)).toBe('recipients');
    expect(claims()).toHaveLength(1);
    expect([...server.mailbox('Drafts').messages[0]!.flags].filter((flag) => flag.startsWith('$'))).toEqual(
      [],
    );
    await send(other);
    await pass(20_000);
    expect(seen.messages).toBe(1);
    expect(await other.desk.actions()).toEqual([]);
  });

  it('is one’s own when the message is taken back and sent anew', async () => {
    const one = await takenBack();
    one.submission = submissionServer('250 queued', seen);
    await send(one);
    await pass(30_000);
    expect(seen.messages).toBe(1);
    expect(claims()).toHaveLength(1);
  });

  it('does not go over to the version that is written after it was taken back', async () => {
    const one = await takenBack();
    await save(one, 'two');
    const flags = server.mailbox('Drafts').messages.map((message) => [...message.flags]);
    expect(flags).toEqual([expect.not.arrayContaining(['$Submitted'])]);
    expect(flags[0]?.some((flag) => flag.startsWith('$Submit'))).toBe(false);
  });

  it('is said again where only another flag was changed in between', async () => {
    const [one] = await open();
    server.when(/UNCHANGEDSINCE/, () => {
      const another = server.other();
      another.run('SELECT Drafts');
      another.run('UID STORE 1 +FLAGS (\\Flagged)');
      another.end();
    });
    await send(one);
    await pass(20_000);
    expect(claims()).toHaveLength(2);
    expect(seen.messages).toBe(1);
  });

  it('is not needed where the server cannot take it', async () => {
    const [one] = await open({ QRESYNC: false, CONDSTORE: false });
    await send(one);
    await pass(20_000);
    expect(claims()).toEqual([]);
    expect(seen.messages).toBe(1);
  });
});
