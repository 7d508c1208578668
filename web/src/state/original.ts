/** The message that is answered or forwarded: its text from the store, fetched when it is not there. */
import { textOfHtml } from '@postern/protocol/mime';
import type { Display, Original } from '@postern/protocol/mime';
import { descriptorsQuery, partQuery } from '@postern/protocol/sync';
import type { MessageKey } from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { displayOf, textOf } from './body.ts';
import { follow, read } from './device.ts';
import { packedSections, unpacked } from './packed.ts';

/** Milliseconds that answering waits for the text; without it the answer quotes nothing. */
const patience = 8000;

const awaited = new Map<MessageKey, number>();

export interface Found {
  readonly original: Original;
  readonly display: Display;
}

/** undefined when the message is not on this device (any more). `online`: waiting for text has a point. */
export async function findOriginal(key: MessageKey, online: boolean): Promise<Found | undefined> {
  const descriptor = (await read(descriptorsQuery([key]))).get(key);
  if (!descriptor) return undefined;
  const display = displayOf(descriptor);
  const readable = display.shown.filter(({ kind }) => kind === 'plain' || kind === 'html');
  await awaiting(key, () =>
    Promise.all(readable.map(({ section }) => arrival(key, section, online ? patience : 0))),
  );
  const texts: string[] = [];
  for (const shown of readable) {
    const part = await read(partQuery(key, shown.section));
    if (!part) continue;
    const text = textOf(shown, part.bytes);
    texts.push(shown.kind === 'html' ? textOfHtml(text) : text);
  }
  if (texts.length === 0) texts.push(...(await packedTexts(key, display)));
  const { from, replyTo, to, cc, subject, messageId, references, inReplyTo, sent } = descriptor;
  const original: Original = {
    from,
    replyTo,
    to,
    cc,
    subject,
    messageId: messageId === '' ? undefined : messageId,
    references,
    inReplyTo: inReplyTo === '' ? [] : [inReplyTo],
    date: sent,
    text: texts.join('\n').replace(/\r\n?/g, '\n').trimEnd(),
  };
  return { original, display };
}

/** What a winmail.dat says where the message itself says nothing; it is here, since it was read. */
async function packedTexts(key: MessageKey, display: Display): Promise<string[]> {
  const here = new Map<string, Uint8Array>();
  for (const section of packedSections(display)) {
    const part = await read(partQuery(key, section));
    if (part) here.set(section, part.bytes);
  }
  return [...unpacked(display, here).values()].flatMap(({ blocks: [first] }) => {
    if (first?.kind === 'html') return [textOfHtml(first.html)];
    return first?.kind === 'plain' ? [first.text] : [];
  });
}

/** Wishes for the message's text as long as `work` goes on. */
async function awaiting(key: MessageKey, work: () => Promise<unknown>): Promise<void> {
  awaited.set(key, (awaited.get(key) ?? 0) + 1);
  wish();
  try {
    await work();
  } finally {
    const left = (awaited.get(key) ?? 1) - 1;
    if (left > 0) awaited.set(key, left);
    else awaited.delete(key);
    wish();
  }
}

function wish(): void {
  engine.want('composer', awaited.size > 0 ? { messages: [...awaited.keys()] } : undefined);
}

/** Settles when the part is in the store, or after `longest` milliseconds. */
async function arrival(key: MessageKey, section: string, longest: number): Promise<void> {
  const query = partQuery(key, section);
  if (longest === 0 || (await read(query))) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(finish, longest);
    const stop = follow(query, (part) => {
      if (part) finish();
    });
  });
}
