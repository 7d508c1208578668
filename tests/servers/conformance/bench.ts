import { append, capability, create, logout, namespace, select } from '@postern/protocol/imap';
import type { Flag, SelectedMailbox, SelectOptions, Uid } from '@postern/protocol/imap';
import type { MailPlace, Person } from '../../support/place.ts';
import { Client } from './client.ts';

export interface Given {
  readonly message: string;
  readonly flags?: readonly Flag[];
  /** Milliseconds since 1970. */
  readonly internalDate?: number;
}

/** A mailbox with messages in it, selected on a connection. */
export interface Opened {
  readonly client: Client;
  readonly name: string;
  readonly uids: readonly [Uid, ...Uid[]];
  readonly selected: SelectedMailbox;
}

/** What a feature is tried on: connections to one server, and mailboxes that nobody else uses. */
export class Bench {
  readonly place: MailPlace;
  /** Of a connection before and after sign-in, in upper case. */
  readonly capabilities: ReadonlySet<string>;
  /** Before the name of every personal mailbox but INBOX, e.g. `INBOX.`. */
  readonly prefix: string;
  readonly delimiter: string;
  readonly #clients: Client[] = [];
  static #mailboxes = 0;

  constructor(place: MailPlace, known: Pick<Bench, 'capabilities' | 'prefix' | 'delimiter'>) {
    this.place = place;
    this.capabilities = known.capabilities;
    this.prefix = known.prefix;
    this.delimiter = known.delimiter;
  }

  /** Finds out what has to be known before any feature is tried. */
  static async survey(place: MailPlace): Promise<Pick<Bench, 'capabilities' | 'prefix' | 'delimiter'>> {
    const stranger = await Client.connect(place.imap);
    const before = await stranger.run(capability());
    stranger.session.close();
    const client = await Client.open(place.imap, place.users[0]);
    const capabilities = new Set([...before, ...client.session.capabilities]);
    const spaces = capabilities.has('NAMESPACE') ? await client.run(namespace()) : undefined;
    client.session.close();
    const own = spaces?.personal[0];
    return { capabilities, prefix: own?.prefix ?? '', delimiter: own?.delimiter ?? '/' };
  }

  get ada(): Person {
    return this.place.users[0];
  }

  get grace(): Person {
    return this.place.users[1];
  }

  /** `NAME` also where it is announced with a value, as `APPENDLIMIT=35651584` is. */
  offers(...names: readonly string[]): boolean {
    return announced(this.capabilities, names) !== undefined;
  }

  /** A connection that is not signed in. */
  async stranger(): Promise<Client> {
    const client = await Client.connect(this.place.imap);
    this.#clients.push(client);
    return client;
  }

  async client(person: Person = this.ada): Promise<Client> {
    const client = await Client.open(this.place.imap, person);
    this.#clients.push(client);
    return client;
  }

  /** A name that no mailbox has. */
  name(stem = 'box'): string {
    return `${this.prefix}${stem}-${++Bench.#mailboxes}`;
  }

  async mailbox(client: Client, stem?: string): Promise<string> {
    const name = this.name(stem);
    await client.run(create(name));
    return name;
  }

  /** A new mailbox with these messages, filled over one connection and selected on another. */
  async open(messages: readonly (Given | string)[], options?: SelectOptions): Promise<Opened> {
    const filling = await this.client();
    const name = await this.mailbox(filling);
    await fill(filling, name, messages);
    const client = await this.client();
    const selected = await client.run(select(name, options));
    const uids = await client.uids();
    // Only after this are sequence numbers, as EXPUNGE has them, known for the UIDs that they stand for.
    if (uids.length > 0) await client.fetch(uids, 'FLAGS');
    const [first, ...rest] = uids;
    if (first === undefined || uids.length !== messages.length) {
      throw new Error(`${uids.length} messages instead of ${messages.length}`);
    }
    return { client, name, selected, uids: [first, ...rest] };
  }

  /** The same mailbox over another connection. */
  async second(name: string, options?: SelectOptions): Promise<Client> {
    const client = await this.client();
    await client.run(select(name, options));
    return client;
  }

  /** Ends all connections. Gives what servers said that the grammar does not allow. */
  async close(): Promise<string[]> {
    await Promise.all(
      this.#clients.map(async ({ session }) => {
        if (session.state !== 'closed') await session.run(logout()).catch(() => undefined);
        session.close();
      }),
    );
    return this.#clients.flatMap(({ defects }) =>
      defects.map((error) => `${error.message}: ${error.excerpt}`),
    );
  }
}

/** The first of these names that is among the capabilities, with or without a value. */
export function announced(capabilities: ReadonlySet<string>, names: readonly string[]): string | undefined {
  return [...capabilities].find((each) => names.some((name) => each === name || each.startsWith(`${name}=`)));
}

/** Puts messages into a mailbox, one after the other. */
export async function fill(
  client: Client,
  name: string,
  messages: readonly (Given | string)[],
): Promise<void> {
  for (const each of messages) {
    const given = typeof each === 'string' ? { message: each } : each;
    await client.run(append(name, { ...given, message: new TextEncoder().encode(given.message) }));
  }
}
