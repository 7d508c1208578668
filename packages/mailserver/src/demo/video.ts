import type { MessageSource } from '../message/source.ts';
import type { Octets } from '../message/composed.ts';
import { base64Lines, composedMessage, held } from '../message/composed.ts';
import type { Letter } from './letter.ts';
import { DAY, dateField } from './letter.ts';
import { fieldText } from './mime.ts';
import { addressText, people } from './people.ts';

/**
 * The example of RFC 1733: "a message with a 2000 octet text part beside a 40 megabyte video". The video is
 * computed as it is read and held nowhere.
 */

/** Octets of the video file. */
export const VIDEO_SIZE = 40_000_000;

/** 2000 octets with the line ends of mail. */
const TEXT = `Dear Ada,

You asked what it looks like when it turns. I have tried to write it down
three times, and then I thought: I have a telephone with a camera in it.

So here is the lens, on the bench, on Tuesday, with Priya's bearing under
it and nobody touching it but the motor. Eleven watts. I set the telephone
on the tea tin, put out the lamp, and held a torch where the burner will
be. It is four minutes and you will think that nothing happens. Then look
at the wall.

The beams are not straight, I had forgotten that, or never known: they are
a little bent at the edges, like a coat-tail, where the chipped prisms of
panel three let go of them. My father used to say he could tell the Head
from any light on the coast without counting, and I believed him, and now
I know how he did it. It is the coat-tail. It went around the room twice
before I remembered to breathe, and so I sat.

A few things before Saturday. The curtain on the seaward side must be drawn
until the very moment, or the ferry will see us practise. The chain across
the gallery door stays on. And somebody must stand with Mr Hask on the way
up: he will say he does not need it, and he will be right about the legs
and wrong about the last eleven steps, because that is where his father
used to stop and let him go first.

The file is very large. I am told forty megabytes. Don't open it on the
boat, and don't let Grace see what it costs to send. If it will not play,
come up; the real one is better, and there is a chair.

I keep thinking of the year I began to ask for this. You were at school.
The lens was in its blankets in a shed with no windows, and the man who
had the key told me that nobody had ever come to see it, and was I sure I
had the right shed. I said I was sure. I am an old fool, but about sheds
I have always been sure.

Thank you. I shall not say it on Saturday, there will be too many people,
so I am saying it here, with a video attached so you know I mean it.

Owen
`;

/** A file that starts like an MP4 and goes on with octets that follow from their offset. */
const video: Octets = {
  size: VIDEO_SIZE,
  read: (offset, count) => {
    const bytes = Buffer.alloc(Math.max(0, Math.min(count, VIDEO_SIZE - offset)));
    for (let i = 0; i < bytes.length; i++) bytes[i] = octetAt(offset + i);
    return bytes;
  },
};

const HEAD = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom\x02\x62\x5a\x00mdat', 'latin1');

function octetAt(offset: number): number {
  if (offset < HEAD.length) return HEAD[offset]!;
  const mixed = Math.imul(offset ^ (offset >>> 9), 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) & 0xff;
}

/** The message with the video. */
export function videoMessage(date: number): MessageSource {
  const header = fieldText([
    ['Return-Path', `<${people.owen.address}>`],
    ['Date', dateField(date, 0)],
    ['From', addressText(people.owen)],
    ['To', addressText(people.ada)],
    ['Subject', 'The lens, turning'],
    ['Message-ID', '<lens-turning.40m@lightkeepers.example>'],
    ['MIME-Version', '1.0'],
  ]);
  const text = TEXT.replace(/\n/g, '\r\n');
  return composedMessage(header, 'lens-turning-40m', [
    {
      header: fieldText([
        ['Content-Type', 'text/plain; charset=us-ascii'],
        ['Content-Transfer-Encoding', '7bit'],
      ]),
      body: held(text),
      lines: text.split('\r\n').length - 1,
    },
    {
      header: fieldText([
        ['Content-Type', 'video/mp4; name="lens-turning.mp4"'],
        ['Content-Transfer-Encoding', 'base64'],
        ['Content-Disposition', 'attachment; filename="lens-turning.mp4"'],
      ]),
      body: base64Lines(video),
    },
  ]);
}

/** That message as a letter of the demo account. */
export function videoLetter(now: number): Letter {
  const date = now - 1.3 * DAY;
  return { mailbox: 'INBOX', date, flags: ['\\Flagged'], content: videoMessage(date), parties: [] };
}
