import { Account } from '../account/account.ts';
import type { Faults } from '../faults.ts';
import type { Profile } from '../profile.ts';
import { profiles } from '../profiles.ts';
import type { Referrals } from '../referrals.ts';
import { noReferrals } from '../referrals.ts';
import { ServerConnection } from '../imap/connection.ts';

/**
 * The other end of a ServerConnection in tests: no socket, no parsing; text in, text out, one character per octet.
 */
export class RawClient {
  readonly connection: ServerConnection;
  readonly greeting: string;
  readonly log: string[] = [];
  readonly faults: Faults = {};
  readonly referrals: Referrals;
  wakes = 0;
  clock = Date.UTC(2026, 0, 15, 12);
  #tag = 0;

  constructor(accounts: readonly Account[], profile: Profile = profiles.full, referrals = noReferrals()) {
    this.referrals = referrals;
    const authenticate = (user: string, password: string): Account | undefined =>
      accounts.find((account) => account.user === user && account.password === password);
    this.connection = new ServerConnection(
      {
        profile,
        faults: this.faults,
        referrals,
        startTls: false,
        authenticate,
        accountOf: (user) => accounts.find((account) => account.user === user),
        now: () => this.clock,
        log: (direction, line) => this.log.push(`${direction}: ${line}`),
      },
      { wake: () => this.wakes++ },
    );
    this.greeting = this.read();
  }

  /** Everything the server has to say now. */
  read(): string {
    let text = '';
    for (let bytes; (bytes = this.connection.output()) !== undefined;)
      text += Buffer.from(bytes).toString('latin1');
    return text;
  }

  /** Sends octets as they are and gives what they are answered by. */
  send(text: string | Uint8Array): string {
    this.connection.receive(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
    return this.read();
  }

  /** The tag that `run` will give to the next command. */
  get nextTag(): string {
    return `a${this.#tag + 1}`;
  }

  /** Sends a command with the next tag (a1, a2 …) and gives the whole answer, the tag left out of its last line. */
  run(command: string): string {
    const tag = `a${++this.#tag}`;
    return this.send(`${tag} ${command}\r\n`).replace(`${tag} `, '');
  }

  /** The answer's lines, for commands whose answer has no literals. */
  lines(command: string): string[] {
    return this.run(command).trimEnd().split('\r\n');
  }

  signIn(user = 'ada@postern.example', password = 'postern'): this {
    const answer = this.run(`LOGIN ${user} ${password}`);
    if (!answer.startsWith('OK')) throw new Error(answer);
    return this;
  }
}

/** An account whose INBOX holds `count` small messages: UID, number, day of January 2026 and subject agree. */
export function accountWith(count: number, user = 'ada@postern.example'): Account {
  const account = new Account({ user, password: 'postern' });
  for (let i = 1; i <= count; i++) {
    account.get('INBOX').add({
      content: Buffer.from(`From: Ada <ada@postern.example>\r\nSubject: Message ${i}\r\n\r\nText ${i}\r\n`),
      internalDate: Date.UTC(2026, 0, i),
    });
  }
  return account;
}
