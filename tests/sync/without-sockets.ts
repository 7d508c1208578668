import { Account, ServerConnection } from '@postern/mailserver';
import type {
  Faults,
  ImapHost,
  Mailbox,
  Message,
  MultiAccess,
  Profile,
  Referrals,
} from '@postern/mailserver';
import { ConnectionLost } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';
import { ada } from '../support/embedded.ts';

const DAY = 86_400_000;

/** The embedded mail server in this process, without sockets: nothing happens but what a test says, when it says so. */
export class ServerWithoutSockets {
  readonly account: Account;
  /** Can be changed at any time. */
  readonly faults: Faults = {};
  /** What clients said, without literals. */
  readonly said: string[] = [];
  connections = 0;
  #when: { readonly command: RegExp; readonly happens: () => void } | undefined;
  readonly #host: ImapHost;

  /** @param referrals where it sends its clients elsewhere. */
  constructor(profile: Profile, now: () => number, referrals?: Referrals) {
    this.account = new Account({ user: ada.user, password: ada.password, now });
    this.#host = {
      profile,
      faults: this.faults,
      startTls: false,
      authenticate: () => undefined,
      accountOf: () => this.account,
      now,
      ...(referrals ? { referrals } : {}),
      log: (direction, line) => {
        if (direction !== 'C') return;
        this.said.push(line);
        if (!this.#when?.command.test(line)) return;
        const { happens } = this.#when;
        this.#when = undefined;
        happens();
      },
    };
  }

  /** How often a command of that name was said. */
  count(name: RegExp): number {
    return this.said.filter((line) => name.test(line)).length;
  }

  add(mailbox: string, ...subjects: readonly string[]): void {
    for (const subject of subjects) {
      const lines = ['From: grace@postern.example', `Subject: ${subject}`, `Message-ID: <${subject}@x>`];
      const text = [...lines, '', `Text of ${subject}.`, ''].join('\r\n');
      // Old mail: nothing of it is kept before somebody wants it.
      const internalDate = this.#host.now() - 400 * DAY;
      this.mailbox(mailbox).add({ content: new TextEncoder().encode(text), internalDate });
    }
  }

  mailbox(name: string): Mailbox {
    return this.account.find(name) ?? this.account.create(name);
  }

  find(mailbox: string, subject: string): Message {
    return this.mailbox(mailbox).messages.find((message) => subjectOf(message) === subject)!;
  }

  subjects(mailbox: string): string[] {
    return (this.account.find(mailbox)?.messages ?? []).map(subjectOf);
  }

  expunge(mailbox: string, ...subjects: readonly string[]): void {
    this.mailbox(mailbox).expunge(subjects.map((subject) => this.find(mailbox, subject)));
  }

  /** Something happens, once, after a command was said and before it is carried out. */
  when(command: RegExp, happens: () => void): void {
    this.#when = { command, happens };
  }

  /** Another client: each line is a command, and gives what is said to it, without tags. */
  other(): { run(command: string): string; end(): void } {
    const connection = new ServerConnection(this.#host, { wake: () => undefined, account: this.account });
    const read = (): string => {
      let text = '';
      for (let bytes; (bytes = connection.output()) !== undefined;) text += Buffer.from(bytes).toString();
      return text;
    };
    read();
    const before = this.said.length;
    return {
      run: (command) => {
        connection.receive(new TextEncoder().encode(`x ${command}\r\n`));
        const text = read();
        this.said.length = before;
        return text;
      },
      end: () => connection.end(),
    };
  }

  connect(): Transport {
    this.connections++;
    const arrived: Uint8Array[] = [];
    let wake = (): void => undefined;
    let closed = false;
    const pump = (): void => {
      for (let bytes; (bytes = connection.output()) !== undefined;) arrived.push(bytes.slice());
      wake();
    };
    const connection = new ServerConnection(this.#host, {
      // In the middle of a change: what is to be told may not be known yet.
      wake: () => void setImmediate(pump),
      account: this.account,
    });
    pump();
    return {
      bytes: (async function* () {
        for (;;) {
          const chunk = arrived.shift();
          if (chunk) yield chunk;
          else if (closed || connection.state !== 'open') return;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      })(),
      async write(bytes) {
        // A loop that never rests must not starve the test that watches it.
        await new Promise((resolve) => setImmediate(resolve));
        if (closed || connection.state !== 'open') throw new ConnectionLost('closed');
        connection.receive(bytes);
        pump();
      },
      close() {
        if (!closed) connection.end();
        closed = true;
        wake();
      },
    };
  }
}

export function subjectOf({ content }: Message): string {
  const text = Buffer.from(content.read(0, content.size)).toString();
  return /^Subject: (.*)$/m.exec(text)?.[1]?.trim() ?? '?';
}

/**
 * Every extension but those by which news comes unasked: so a session can be kept from hearing what another did. `basic`: MOVE and
 * what tells of changes are missing too.
 */
export function quiet(multiAccess: MultiAccess, basic: boolean): Profile {
  const off = { IDLE: false, NOTIFY: false, 'COMPRESS=DEFLATE': false, IMAP4rev2: false } as const;
  const less = { MOVE: false, QRESYNC: false, CONDSTORE: false, UIDPLUS: false } as const;
  return { name: basic ? 'basic' : 'quiet', multiAccess, capabilities: basic ? { ...off, ...less } : off };
}
