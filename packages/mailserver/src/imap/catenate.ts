import { Refusal } from '../account/account.ts';
import type { Mailbox } from '../account/mailbox.ts';
import { sectionContent } from '../message/section.ts';
import { readSection } from './fetch-items.ts';
import { GrammarError } from './grammar-error.ts';
import { Scanner } from './scanner.ts';
import type { Session } from './session.ts';
import { mailboxName } from './mailbox-name.ts';
import { accountOf } from './session.ts';

/** `CATENATE (TEXT {n} … URL … UTF8 (~{n} …))` once the word was read: the parts one after the other (RFC 4469 §3, §5, RFC 6855 §4). */
export function readCatenation(session: Session, scanner: Scanner): Uint8Array {
  scanner.space();
  const parts = scanner.list((): Uint8Array => {
    if (scanner.accept('URL ')) return partByUrl(session, scanner.astring());
    const utf8 = session.enabled.has('UTF8=ACCEPT') && scanner.accept('UTF8 (');
    if (!utf8) scanner.expect('TEXT ');
    const literal = scanner.literal();
    if (literal === undefined) throw new GrammarError('Expected a literal');
    if (utf8) scanner.expect(')');
    return literal;
  });
  if (parts.length === 0) throw new GrammarError('Nothing to put together');
  return Buffer.concat(parts);
}

/** What a relative URL of a message or part names (RFC 4469 §3, RFC 5092 §11); a Refusal with BADURL otherwise. */
function partByUrl(session: Session, url: string): Uint8Array {
  const refuse = (): never => {
    throw new Refusal('That URL names no message or part here', `BADURL ${url.replaceAll(']', '%5D')}`);
  };
  const match =
    /^(?:\/([^;?]*?)(?:;UIDVALIDITY=(\d+))?\/)?;UID=(\d+)(?:\/;SECTION=([^;]*?))?(?:\/;PARTIAL=(\d+)(?:\.(\d+))?)?$/i.exec(
      url,
    );
  if (match === null) return refuse();
  const [, name, validity, uid, section = '', offset = '0', count] = match;
  const mailbox = name === undefined ? session.selected?.mailbox : mailboxByUrl(session, name);
  if (mailbox === undefined || (validity !== undefined && Number(validity) !== mailbox.uidValidity))
    return refuse();
  const message = mailbox.messages.find((candidate) => candidate.uid === Number(uid));
  if (message === undefined) return refuse();
  const line = new Scanner({ lines: [`${decoded(section)}]`], literals: [] });
  const content = sectionContent(message.content, readSection(line));
  if (content === undefined) return refuse();
  const bytes =
    'bytes' in content ? content.bytes : message.content.read(content.start, content.end - content.start);
  return bytes.subarray(Number(offset), count === undefined ? undefined : Number(offset) + Number(count));
}

function mailboxByUrl(session: Session, name: string): Mailbox | undefined {
  return accountOf(session).find(mailboxName(session, Buffer.from(decoded(name), 'latin1').toString('utf8')));
}

function decoded(text: string): string {
  return text.replace(/%([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
