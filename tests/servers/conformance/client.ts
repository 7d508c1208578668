import { capability, login, Session, uidFetch, uidSearch } from '@postern/protocol/imap';
import type { Command, FetchedMessage, FetchItem, FetchOptions, News, Uid } from '@postern/protocol/imap';
import type { ProtocolError } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';
import { dial } from '../../support/direct.ts';
import { eventually } from '../../support/eventually.ts';
import type { Person } from '../../support/place.ts';
import { systemClock } from '../../support/relay.ts';

type FetchOf = FetchItem | FetchItem[];

/** One IMAP connection that keeps all that it heard. */
export class Client {
  readonly session: Session;
  readonly news: News[] = [];
  /** How often the server had to ask for a literal (RFC 3501 §7.5). */
  continuations = 0;
  /** Octets that went over the wire. */
  readonly wire = { down: 0, up: 0 };
  /** What the server said that the grammar does not allow. */
  readonly defects: ProtocolError[] = [];

  private constructor(session: (client: Client) => Session) {
    this.session = session(this);
  }

  /** Connects, and hears the greeting. */
  static async connect(target: string): Promise<Client> {
    const transport = await dial(target);
    const client = new Client(
      (own) =>
        new Session(counting(transport, own.wire), {
          clock: systemClock,
          onNews: (news) => own.news.push(news),
          onDefect: (error) => own.defects.push(error),
          onTrace: (direction, text) => {
            if (direction === 'S' && /(^|\r\n)\+/.test(text)) own.continuations += 1;
          },
          silenceLimit: 20_000,
        }),
    );
    await client.session.ready;
    return client;
  }

  /** Connects and signs in. */
  static async open(target: string, { user, password }: Person): Promise<Client> {
    const client = await Client.connect(target);
    await client.run(login(user, password));
    await client.run(capability());
    return client;
  }

  run<R>(command: Command<R>): Promise<R> {
    return this.session.run(command);
  }

  /** What a FETCH of these gave, in UID order; several responses about one message are put together. */
  async fetch(uids: readonly Uid[], items: FetchOf, options?: FetchOptions): Promise<FetchedMessage[]> {
    const before = this.news.length;
    await this.run(
      uidFetch(
        uids.map((uid) => [uid, uid] as const),
        [items].flat(),
        options,
      ),
    );
    return gather(this.news.slice(before));
  }

  /** One message of the selected mailbox. */
  async look(uid: Uid, items: FetchOf): Promise<FetchedMessage> {
    const message = (await this.fetch([uid], items)).find((each) => each.uid === uid);
    if (!message) throw new Error(`FETCH of UID ${uid} gave nothing`);
    return message;
  }

  /** The octets of one section of a message. */
  async section(uid: Uid, item: Extract<FetchItem, { readonly section: string }>): Promise<string> {
    const { sections = [] } = await this.look(uid, item);
    const data = sections[0]?.data;
    if (!data) throw new Error(`no section ${item.section} in ${JSON.stringify(sections)}`);
    return new TextDecoder('latin1').decode(data);
  }

  /** Flags of one message, sorted, without the `\Recent` that comes and goes by itself. */
  async flags(uid: Uid): Promise<string[]> {
    const { flags = [] } = await this.look(uid, 'FLAGS');
    return flags.filter((flag) => flag !== '\\Recent').toSorted();
  }

  /** All UIDs of the selected mailbox. */
  async uids(): Promise<Uid[]> {
    return [...(await this.run(uidSearch({ key: 'ALL' })))];
  }

  /** Waits for news, of that or earlier. */
  heard<T>(what: string, look: (news: News) => T | undefined | false, milliseconds = 10_000): Promise<T> {
    return eventually(
      what,
      () => {
        for (const news of this.news) {
          const seen = look(news);
          if (seen !== undefined && seen !== false) return seen;
        }
        return undefined;
      },
      milliseconds,
    );
  }
}

function counting(transport: Transport, wire: Client['wire']): Transport {
  return {
    ...transport,
    bytes: (async function* () {
      for await (const chunk of transport.bytes) {
        wire.down += chunk.length;
        yield chunk;
      }
    })(),
    write(bytes) {
      wire.up += bytes.length;
      return transport.write(bytes);
    },
  };
}

/** FETCH news by message, in UID order. */
export function gather(news: readonly News[]): FetchedMessage[] {
  const messages = new Map<number, FetchedMessage>();
  for (const each of news) {
    if (each.type !== 'fetch' || each.message.uid === undefined) continue;
    const { uid } = each.message;
    messages.set(uid, { ...messages.get(uid), ...each.message });
  }
  return [...messages.values()].toSorted((a, b) => (a.uid ?? 0) - (b.uid ?? 0));
}
