import { ConnectionLost } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';

export interface ScriptedMessage {
  uid: number;
  flags: string[];
  subject: string;
  text: string;
  messageId: string;
  /** INTERNALDATE. */
  date?: string;
  /** `text` is all of it, header too: it was appended. */
  whole?: true;
}

export interface ScriptedMailbox {
  uidValidity: number;
  uidNext: number;
  messages: ScriptedMessage[];
}

/**
 * What a script may do with a command instead of the server: text to send, `drop` the line, `lose` it with the receipt of what was
 * done, or undefined: the usual.
 */
export type Script = (command: ScriptedCommand) => string | 'drop' | 'lose' | undefined;

export interface ScriptedCommand {
  readonly tag: string;
  /** Upper case, e.g. `UID FETCH`. */
  readonly name: string;
  readonly args: string;
  /** The connection's number, from 1 on. */
  readonly connection: number;
  readonly selected: string | undefined;
}

/** A small IMAP server in this process that does the usual thing unless its script says otherwise: what no real server can be made to do. */
export class ScriptedServer {
  capabilities = 'IMAP4rev1 IDLE LITERAL+ UIDPLUS';
  readonly mailboxes = new Map<string, ScriptedMailbox>();
  readonly subscribed = new Set<string>();
  readonly commands: ScriptedCommand[] = [];
  script: Script = () => undefined;
  /** Changes what the server says on its way out. */
  edit: (text: string) => string = (text) => text;
  connections = 0;
  readonly #open = new Set<Line>();

  constructor(...names: string[]) {
    for (const name of names.length > 0 ? names : ['INBOX']) {
      this.mailboxes.set(name, { uidValidity: 7, uidNext: 1, messages: [] });
    }
  }

  get open(): number {
    return this.#open.size;
  }

  named(name: string): readonly ScriptedCommand[] {
    return this.commands.filter((command) => command.name === name);
  }

  add(mailbox: string, subject: string, fields: Partial<ScriptedMessage> = {}): ScriptedMessage {
    const box = this.mailboxes.get(mailbox)!;
    const uid = box.uidNext++;
    const message = {
      uid,
      flags: [],
      subject,
      text: `text of ${subject}`,
      messageId: `<${mailbox}-${uid}@example.org>`,
      ...fields,
    };
    box.messages.push(message);
    this.tell(mailbox, `* ${box.messages.length} EXISTS\r\n`);
    return message;
  }

  /** Untagged, to all that listen to `mailbox`. */
  tell(mailbox: string, text: string): void {
    for (const line of this.#open) line.tell(mailbox, text);
  }

  connect(): Transport {
    const line = new Line(this, ++this.connections, () => this.#open.delete(line));
    this.#open.add(line);
    return line;
  }

  dropAll(): void {
    for (const line of [...this.#open]) line.close();
  }
}

class Line implements Transport {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly #server: ScriptedServer;
  readonly #number: number;
  readonly #ended: () => void;
  readonly #out: Uint8Array[] = [];
  #wake: () => void = () => undefined;
  #closed = false;
  #pending = '';
  #selected: string | undefined;
  #idle: string | undefined;

  constructor(server: ScriptedServer, number: number, ended: () => void) {
    this.#server = server;
    this.#number = number;
    this.#ended = ended;
    this.bytes = this.#read();
    this.#say(`* PREAUTH [CAPABILITY ${server.capabilities}] ready\r\n`);
  }

  async *#read(): AsyncIterable<Uint8Array> {
    for (;;) {
      const chunk = this.#out.shift();
      if (chunk) yield chunk;
      else if (this.#closed) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    // A loop that never rests must not starve the test that watches it.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#closed) throw new ConnectionLost('closed');
    this.#pending += Buffer.from(bytes).toString('latin1');
    for (;;) {
      const line = this.#cut();
      if (line === undefined || this.#closed) return;
      this.#take(line);
    }
  }

  close(): void {
    this.#closed = true;
    this.#ended();
    this.#wake();
  }

  /** Untagged news, as it comes to a connection that listens to `mailbox`; others hear of it at their next NOOP. */
  tell(mailbox: string, text: string): void {
    if (this.#selected === mailbox && this.#idle !== undefined) this.#say(text);
  }

  #say(text: string): void {
    this.#out.push(new Uint8Array(Buffer.from(this.#server.edit(text), 'latin1')));
    this.#wake();
  }

  /** One command with its literals in it. */
  #cut(): string | undefined {
    let from = 0;
    for (;;) {
      const end = this.#pending.indexOf('\r\n', from);
      if (end < 0) return undefined;
      const literal = /\{(\d+)(\+?)\}$/.exec(this.#pending.slice(0, end));
      if (!literal) {
        const line = this.#pending.slice(0, end);
        this.#pending = this.#pending.slice(end + 2);
        return line;
      }
      if (literal[2] === '') this.#say('+ go\r\n');
      from = end + 2 + Number(literal[1]);
      if (this.#pending.length < from) return undefined;
    }
  }

  #take(line: string): void {
    if (line === 'DONE') {
      this.#say(`${this.#idle} OK done\r\n`);
      this.#idle = undefined;
      return;
    }
    const parts = /^(\S+) ((?:UID )?\S+) ?([\s\S]*)$/.exec(line)!;
    const command: ScriptedCommand = {
      tag: parts[1]!,
      name: parts[2]!.toUpperCase(),
      args: parts[3]!,
      connection: this.#number,
      selected: this.#selected,
    };
    this.#server.commands.push(command);
    const said = this.#server.script(command);
    if (said === 'drop') this.close();
    else if (said === 'lose') {
      this.#usual(command);
      this.#out.length = 0;
      this.close();
    } else if (said !== undefined) this.#say(said);
    else this.#usual(command);
  }

  #usual({ tag, name, args }: ScriptedCommand): void {
    const { mailboxes } = this.#server;
    const box = this.#selected === undefined ? undefined : mailboxes.get(this.#selected);
    switch (name) {
      case 'LIST':
        for (const key of mailboxes.keys()) this.#say(`* LIST () "/" "${key}"\r\n`);
        break;
      case 'SELECT': {
        const asked = unquoted(args.split(' (')[0]!);
        const chosen = mailboxes.get(asked);
        this.#selected = chosen && asked;
        if (!chosen) return this.#say(`${tag} NO [NONEXISTENT] no such mailbox\r\n`);
        this.#say(selected(chosen));
        break;
      }
      case 'STATUS': {
        const asked = /^"?([^"(]*)"? \(/.exec(args)?.[1] ?? '';
        const chosen = mailboxes.get(asked);
        if (!chosen) return this.#say(`${tag} NO [NONEXISTENT] no such mailbox\r\n`);
        this.#say(statusOf(asked, chosen));
        break;
      }
      case 'IDLE':
        this.#idle = tag;
        return this.#say('+ idling\r\n');
      case 'NOOP':
        if (box) this.#say(`* ${box.messages.length} EXISTS\r\n`);
        break;
      case 'UID FETCH':
        for (const [i, message] of (box?.messages ?? []).entries()) {
          if (inSet(args.split(' ')[0]!, message.uid, box)) this.#say(fetchLine(i + 1, message, args));
        }
        break;
      case 'UID SEARCH':
        this.#say(`* SEARCH ${search(box, args).join(' ')}\r\n`);
        break;
      case 'UID STORE': {
        const [set = '', mode = '', ...flags] = args.replaceAll(/[()]/g, '').split(' ');
        for (const message of box?.messages ?? []) {
          if (!inSet(set, message.uid, box)) continue;
          message.flags = message.flags.filter((flag) => !flags.includes(flag));
          if (mode.startsWith('+')) message.flags.push(...flags);
          if (!mode.includes('SILENT'))
            this.#say(
              `* ${box!.messages.indexOf(message) + 1} FETCH (UID ${message.uid} FLAGS (${message.flags.join(' ')}))\r\n`,
            );
        }
        break;
      }
      case 'APPEND': {
        const target = unquoted(args.split(' (')[0]!);
        if (!mailboxes.has(target)) return this.#say(`${tag} NO [TRYCREATE] no such mailbox\r\n`);
        const flags = /^\S+ \(([^)]+)\)/.exec(args)?.[1]?.split(' ') ?? [];
        for (const text of literalsIn(args)) {
          this.#server.add(target, /^Subject: (.*)$/m.exec(text)?.[1]?.trim() ?? '', {
            text,
            flags: [...flags],
            messageId: /^Message-ID: (.*)$/m.exec(text)?.[1]?.trim() ?? '',
            whole: true,
          });
        }
        break;
      }
      case 'CREATE':
        mailboxes.set(unquoted(args), { uidValidity: 7, uidNext: 1, messages: [] });
        break;
      case 'RENAME': {
        const [from = '', to = ''] = args.match(/"[^"]*"|\S+/g)!.map(unquoted);
        if (!mailboxes.has(from)) return this.#say(`${tag} NO [NONEXISTENT] no such mailbox\r\n`);
        if (mailboxes.has(to)) return this.#say(`${tag} NO [ALREADYEXISTS] taken\r\n`);
        for (const [key, box] of [...mailboxes]) {
          if (key !== from && !key.startsWith(`${from}/`)) continue;
          mailboxes.delete(key);
          mailboxes.set(to + key.slice(from.length), box);
        }
        break;
      }
      case 'DELETE':
        if (!mailboxes.delete(unquoted(args)))
          return this.#say(`${tag} NO [NONEXISTENT] no such mailbox\r\n`);
        break;
      case 'UID COPY':
        if (!mailboxes.has(unquoted(args.split(' ')[1]!)))
          return this.#say(`${tag} NO [TRYCREATE] no such mailbox\r\n`);
        for (const message of box?.messages.filter(({ uid }) => inSet(args.split(' ')[0]!, uid, box)) ?? []) {
          const { uid: _, flags: __, ...kept } = message;
          this.#server.add(unquoted(args.split(' ')[1]!), message.subject, kept);
        }
        break;
      case 'UID EXPUNGE':
      case 'EXPUNGE':
        for (let i = (box?.messages.length ?? 0) - 1; i >= 0; i--) {
          const { uid, flags } = box!.messages[i]!;
          if (!flags.includes('\\Deleted') || (name !== 'EXPUNGE' && !inSet(args, uid, box))) continue;
          box!.messages.splice(i, 1);
          this.#say(`* ${i + 1} EXPUNGE\r\n`);
        }
        break;
      case 'LSUB':
        for (const key of this.#server.subscribed) this.#say(`* LSUB () "/" "${key}"\r\n`);
        break;
      case 'SUBSCRIBE':
        this.#server.subscribed.add(unquoted(args));
        break;
      case 'UNSUBSCRIBE':
        this.#server.subscribed.delete(unquoted(args));
        break;
      default:
        return this.#say(`${tag} BAD unknown\r\n`);
    }
    this.#say(`${tag} OK done\r\n`);
  }
}

/** The literals among the arguments of a command. */
export function literalsIn(args: string): string[] {
  const found: string[] = [];
  for (let from = 0; ;) {
    const head = /\{(\d+)\+?\}\r\n/.exec(args.slice(from));
    if (!head) return found;
    from += head.index + head[0].length;
    found.push(args.slice(from, from + Number(head[1])));
    from += Number(head[1]);
  }
}

const unquoted = (text: string): string => text.trim().replaceAll('"', '');

export function selected({ uidValidity, uidNext, messages }: ScriptedMailbox): string {
  return (
    '* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)\r\n' +
    '* OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft \\*)] ok\r\n' +
    `* ${messages.length} EXISTS\r\n* OK [UIDVALIDITY ${uidValidity}] ok\r\n* OK [UIDNEXT ${uidNext}] ok\r\n`
  );
}

export function statusOf(name: string, { uidValidity, uidNext, messages }: ScriptedMailbox): string {
  const unseen = messages.filter(({ flags }) => !flags.includes('\\Seen')).length;
  return `* STATUS "${name}" (MESSAGES ${messages.length} UIDNEXT ${uidNext} UIDVALIDITY ${uidValidity} UNSEEN ${unseen})\r\n`;
}

/** `*` is the highest UID there is, so that `9:*` names it even where it is lower (RFC 3501 §6.4.8). */
export function inSet(set: string, uid: number, box: ScriptedMailbox | undefined): boolean {
  const highest = box?.messages.at(-1)?.uid ?? 0;
  return set.split(',').some((range) => {
    const [first, last = first] = range.split(':').map((bound) => (bound === '*' ? highest : Number(bound)));
    return uid >= Math.min(first!, last!) && uid <= Math.max(first!, last!);
  });
}

function search(box: ScriptedMailbox | undefined, args: string): number[] {
  const id = /HEADER "?Message-ID"? "([^"]*)"/i.exec(args)?.[1];
  const set = /UID (\S+)/.exec(args)?.[1];
  const deleted = args.includes('DELETED');
  const other = /HEADER "?(?!Message-ID)[\w-]+"? /i.test(args);
  return (box?.messages ?? [])
    .filter(({ uid }) => !other && (set === undefined || inSet(set, uid, box)))
    .filter(({ messageId }) => id === undefined || messageId.includes(id))
    .filter(({ flags }) => !deleted || flags.includes('\\Deleted'))
    .map(({ uid }) => uid);
}

const address = '((NIL NIL "grace" "example.org"))';

/** Only the items asked for; `without` leaves some out. */
export function fetchLine(seq: number, message: ScriptedMessage, args: string, without = ''): string {
  const { uid, flags, subject, text, messageId } = message;
  const asks = (item: string): boolean => args.includes(item) && !without.includes(item);
  const items = [`UID ${uid}`];
  if (asks('FLAGS')) items.push(`FLAGS (${flags.join(' ')})`);
  if (asks('INTERNALDATE')) items.push(`INTERNALDATE "${message.date ?? '17-Jul-2026 02:44:25 +0000'}"`);
  if (asks('RFC822.SIZE')) items.push(`RFC822.SIZE ${message.whole ? text.length : text.length + 100}`);
  if (asks('ENVELOPE')) {
    items.push(
      `ENVELOPE ("Fri, 17 Jul 2026 02:44:25 +0000" "${subject}" ${`${address} `.repeat(4)}NIL NIL NIL "${messageId}")`,
    );
  }
  if (asks('BODYSTRUCTURE')) {
    items.push(
      `BODYSTRUCTURE ("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" ${text.length} 1 NIL NIL NIL)`,
    );
  }
  const fields = /BODY\.PEEK\[(HEADER\.FIELDS \([^)]*\))\]/.exec(args)?.[1];
  if (fields && !without.includes('HEADER')) {
    const header = `From: grace@example.org\r\nSubject: ${subject}\r\nMessage-ID: ${messageId}\r\n\r\n`;
    items.push(`BODY[${fields}] {${header.length}}\r\n${header}`);
  }
  if (args.includes('BODY.PEEK[]')) items.push(`BODY[] {${text.length}}\r\n${text}`);
  const body = /BODY\.PEEK\[([\d.]+)\](?:<(\d+)\.(\d+)>)?/.exec(args);
  if (body && !without.includes('BODY')) {
    const [, section, origin, count] = body;
    const from = Number(origin ?? 0);
    const data = origin === undefined ? text : text.slice(from, from + Number(count));
    items.push(`BODY[${section}]${origin === undefined ? '' : `<${origin}>`} {${data.length}}\r\n${data}`);
  }
  return `* ${seq} FETCH (${items.join(' ')})\r\n`;
}
