import { DeferredMessage } from '../message/source.ts';
import type { Letter } from './letter.ts';
import { byDay, compose, DAY, dayText, HOUR } from './letter.ts';
import { file, multipart, text } from './mime.ts';
import type { Part } from './mime.ts';
import type { Person } from './people.ts';
import { people } from './people.ts';
import { barChart, beams, seascape, tideCurve } from './pictures.ts';
import type { Random } from './random.ts';
import { seeded } from './random.ts';

/** Periodicals in HTML, with pictures inside, pictures from elsewhere, and a plain alternative. */

const FORESHORE: Person = { name: 'Ferry & Foreshore', address: 'hello@ferryandforeshore.example', zone: 0 };
const TIDES: Person = { name: 'Coastwise Tides', address: 'tides@coastwise.example', zone: 0 };
const BOOKS: Person = { name: 'Tidewater Books', address: 'post@tidewaterbooks.example', zone: 0 };

interface Story {
  readonly title: string;
  readonly says: string;
}

const STORIES: readonly Story[] = [
  {
    title: 'The man who answers the harbour telephone',
    says: 'It has rung in the same place since 1938, and for thirty-one years the voice at the other end has been Alun Tregear’s. “Mostly they want to know if it is raining,” he says. “I look out and tell them. I think some of them live across the road.”',
  },
  {
    title: 'A short history of the pasty, with digressions',
    says: 'Nobody knows who first crimped it at the side. Everybody knows who is wrong about it. We walked eleven miles, ate nine, and came home with a theory and an apology to Brackwater.',
  },
  {
    title: 'Swimming in November: seven women and a thermos',
    says: 'They go in at the slip at ten past seven, whatever the sky is doing. The rule is that nobody says how cold it is. The other rule is that Bronagh carries the thermos, because she once did not.',
  },
  {
    title: 'What the seal knows',
    says: 'Flipper tag 41-C has been coming to the outer steps since the spring. She likes the ferry, tolerates the lifeboat, and leaves at once when the brass band sets up. A marine biologist explains, and so does the band.',
  },
  {
    title: 'Nine bells we can still hear',
    says: 'Chapel, school, ferry, lifeboat, the bakery’s oven timer, the buoy off Gull Rock, two shop doors, and Mrs Penhale’s bicycle. We recorded all of them on one still morning, before the gulls were up.',
  },
  {
    title: 'The last sailmaker teaches the first',
    says: 'Ewart is eighty and has hands like rope. Chidi is nineteen and came in to ask the time. Three years later there is a second bench by the window, and it has the better light.',
  },
  {
    title: 'Found: one anchor, slightly used',
    says: 'It came up in a crab line off the Head: four hundred kilos, wrought iron, with a collar of mussels. The museum says 1790. The mussels say dinner. A compromise has been reached.',
  },
  {
    title: 'How to read the sky over the Head',
    says: 'Mackerel before noon, wet feet by tea. A ring round the moon means the wind will change and so will the ferry. And if you cannot see Gull Rock it is raining; if you can, it is about to.',
  },
  {
    title: 'The bus that waits',
    says: 'The 17:52 does not leave at 17:52. It leaves when the last person off the boat has sat down. The company has been told, the company has agreed, and the timetable has a small star with no explanation.',
  },
  {
    title: 'A garden on a roof of slate',
    says: 'Thrift, stonecrop, one heroic fig. Up a ladder behind the chandler’s, Dilys Vaughan has been proving for twelve years that a plant is only a habit of not being blown away.',
  },
  {
    title: 'The library’s longest loan',
    says: '“Knots and Splices”, due back on 4 June 1951, was returned on Tuesday by a gentleman who said he had only now got the hang of it. The fine was waived. The bowline was demonstrated.',
  },
  {
    title: 'Forty winters of Christmas lights',
    says: 'They are tested in August, by tradition in shorts. This year’s are by the school again: a lobster, a very good fog, and something that the artist, who is six, calls “the idea of a boat”.',
  },
];

const COLOURS = ['#0e5a73', '#8a3b2e', '#3f5e3a', '#5b4a7d', '#7a5a16'] as const;

function escape(plain: string): string {
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function listFields(from: Person): ReadonlyArray<readonly [string, string]> {
  const host = from.address.split('@')[1] ?? '';
  return [
    ['List-Unsubscribe', `<https://${host}/leave?reader=ada>`],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
  ];
}

function foreshoreIssue(issue: number, date: number, random: Random): { subject: string; part: Part } {
  const first = STORIES[(issue * 3) % STORIES.length]!;
  const others = [STORIES[(issue * 3 + 1) % STORIES.length]!, STORIES[(issue * 3 + 2) % STORIES.length]!];
  const colour = COLOURS[issue % COLOURS.length]!;
  const small = others
    .map(
      ({ title, says }, index) => `
<td width="50%" valign="top" style="padding:0 12px 28px">
  <img src="https://img.example/foreshore/${issue}/${index + 1}.jpg" width="252" height="150" alt="" style="width:100%;height:auto;border-radius:6px;background:#e7e3da">
  <h3 style="font:600 18px/1.3 Georgia,serif;margin:14px 0 6px;color:#23211d">${escape(title)}</h3>
  <p style="margin:0;color:#57534a">${escape(says.split('. ').slice(0, 2).join('. '))}.</p>
  <p style="margin:10px 0 0"><a href="https://ferryandforeshore.example/${issue}/${index + 2}" style="color:${colour}">Read on</a></p>
</td>`,
    )
    .join('');
  const html = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Ferry &amp; Foreshore, no. ${issue}</title>
<style>body{margin:0;background:#f3efe6}a{text-decoration:underline}@media(max-width:520px){td{display:block;width:auto!important}}</style></head>
<body style="margin:0;background:#f3efe6">
<div style="display:none">${escape(first.title)}. And: ${escape(others[0]!.title)}.</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 8px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="max-width:600px;background:#fffdf8;border-radius:10px;overflow:hidden;font:15px/1.6 'Helvetica Neue',Arial,sans-serif;color:#23211d">
<tr><td colspan="2" style="background:${colour};padding:26px 28px;color:#fffdf8">
  <div style="font:italic 30px/1 Georgia,serif">Ferry &amp; Foreshore</div>
  <div style="opacity:.85;font-size:13px;margin-top:8px">No. ${issue} &middot; ${dayText(date)} &middot; made on the quay</div>
</td></tr>
<tr><td colspan="2"><img src="cid:cover-${issue}@ferryandforeshore.example" width="600" alt="The harbour from the pier, with the lighthouse on the Head" style="display:block;width:100%;height:auto"></td></tr>
<tr><td colspan="2" style="padding:28px">
  <h2 style="font:600 27px/1.2 Georgia,serif;margin:0 0 10px">${escape(first.title)}</h2>
  <p style="margin:0 0 18px">${escape(first.says)}</p>
  <a href="https://ferryandforeshore.example/${issue}/1" style="background:${colour};color:#fff;padding:10px 18px;border-radius:6px;text-decoration:none;display:inline-block">Read the whole story</a>
</td></tr>
<tr><td colspan="2"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="padding:0 16px"><tr>${small}</tr></table></td></tr>
<tr><td colspan="2" style="background:#efe9dc;padding:20px 28px;font-size:13px;color:#6a6456">
  You get this because you once wrote your address in the book on our counter. <a href="https://ferryandforeshore.example/leave?reader=ada" style="color:#6a6456">Leave quietly</a>.
  <img src="https://img.example/open/ff${issue}.gif" width="1" height="1" alt="">
</td></tr></table></td></tr></table></body></html>
`;
  const plain = `FERRY & FORESHORE, no. ${issue}\n${dayText(date)}\n\n${[first, ...others].map((story) => `${story.title.toUpperCase()}\n\n${story.says}`).join('\n\n* * *\n\n')}\n\nTo leave: https://ferryandforeshore.example/leave\n`;
  const cover = file('cover.png', 'image/png', seascape(issue % 7, 600, 240), {
    contentId: `cover-${issue}@ferryandforeshore.example`,
  });
  const related = multipart('related', `rel-${random.between(1e8, 9e8)}`, [
    text(html, { subtype: 'html' }),
    cover,
  ]);
  return {
    subject: `${first.title} · Ferry & Foreshore no. ${issue}`,
    part: multipart('alternative', `alt-${random.between(1e8, 9e8)}`, [text(plain), related]),
  };
}

function tideTable(week: number, date: number, random: Random): { subject: string; part: Part } {
  // Four kinds of week, from neap to spring, so that their curves need drawing only once.
  const range = (week % 4) * 0.3;
  const heights = Array.from({ length: 15 }, (_, i) =>
    i % 2 === 0 ? 1.8 - range * 0.6 : 4.2 + range + (i % 3) * 0.1,
  );
  const rows = Array.from({ length: 7 }, (_, day) => {
    const minutes = 320 + day * 49 + random.between(0, 9);
    const clock = (m: number): string =>
      `${String(Math.floor(m / 60) % 24).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
    return [
      dayText(date + day * DAY).replace(/ \d+$/, ''),
      clock(minutes),
      heights[(day * 2 + 1) % 15]!,
      clock(minutes + 373),
      heights[(day * 2) % 15]!,
    ] as const;
  });
  const cells = rows
    .map(
      ([day, high, up, low, down], i) =>
        `<tr style="background:${i % 2 === 0 ? '#fff' : '#f2f7fa'}"><td style="padding:8px 14px">${day}</td><td>${high}</td><td><b>${up.toFixed(1)} m</b></td><td>${low}</td><td>${down.toFixed(1)} m</td></tr>`,
    )
    .join('\n');
  const html = `<html><body style="font:14px/1.5 -apple-system,'Segoe UI',sans-serif;color:#123;margin:0;padding:20px;background:#e9f1f5">
<div style="max-width:560px;margin:auto;background:#fff;border-radius:12px;padding:24px">
<h1 style="margin:0;font-size:20px">Saltmere, week ${week}</h1><p style="margin:4px 0 18px;color:#567">Heights above chart datum. Add an hour in summer.</p>
<img src="cid:curve" alt="Tide curve of the week" width="520" style="width:100%;border-radius:8px">
<table width="100%" cellpadding="6" cellspacing="0" style="border-collapse:collapse;margin-top:18px;text-align:left"><tr style="color:#567;font-size:12px"><th style="padding:8px 14px">Day</th><th>High</th><th></th><th>Low</th><th></th></tr>
${cells}</table>
<h2 style="font-size:15px;margin:24px 0 8px">Wind last week, hour by hour</h2><img src="cid:wind" alt="Bar chart of wind speed" width="520" style="width:100%">
<p style="font-size:12px;color:#789">Not for navigation. For that, look out of the window.</p></div></body></html>
`;
  const plain = rows
    .map(
      ([day, high, up, low, down]) =>
        `${day.padEnd(14)} high ${high} ${up.toFixed(1)} m   low ${low} ${down.toFixed(1)} m`,
    )
    .join('\n');
  const wind = Array.from(
    { length: 42 },
    (_, i) => 8 + 7 * Math.sin(i / 6 + (week % 4)) + 4 * Math.sin(i * 2.4) ** 2,
  );
  return {
    subject: `Tides for Saltmere, week ${week}`,
    part: multipart('related', `tide-${random.between(1e8, 9e8)}`, [
      multipart('alternative', `talt-${random.between(1e8, 9e8)}`, [
        text(`Saltmere, week ${week}\n\n${plain}\n`),
        text(html, { subtype: 'html' }),
      ]),
      file('curve.png', 'image/png', tideCurve(heights), { contentId: 'curve' }),
      file('wind.png', 'image/png', barChart(wind, [224, 122, 62], 520, 120), { contentId: 'wind' }),
    ]),
  };
}

const SHELF = [
  [
    'The Salt Path Home',
    'M. Ferreday',
    'A walk, a dog, a bad knee, and the best chapter on fog anybody has written.',
  ],
  ['Lamps', 'Astrid Vinge', 'Four keepers on four islands who never meet. Short, and it stays lit.'],
  [
    'On Mending',
    'J. Achebe-Howell',
    'Essays about nets, socks, friendships. We have sold it to three people who came in for a map.',
  ],
  ['The Ordinary Gull', 'Prof. R. Sykes', 'He has changed our minds about gulls. Not about chips.'],
  [
    'A Grammar of Ropes',
    'Lise Kervella',
    'Part dictionary, part love letter. With drawings you will want to try on the cat.',
  ],
  [
    'Weather for Beginners',
    'Seo Yun-ah',
    'Poems. “I looked up / and it was everyone’s.” We put it in the window.',
  ],
  [
    'The Lock-keeper’s Tax Return',
    'Ned Quill',
    'A comedy in forms. Grace at the Trust laughed so much that we had to bring water.',
  ],
  ['Small Boats, Large Aunts', 'Philippa Dray', 'Seven summers, one dinghy. Reads itself aloud.'],
] as const;

function bookLetter(month: number, random: Random): { subject: string; part: Part } {
  const picks = [0, 1, 2].map((offset) => SHELF[(month * 3 + offset) % SHELF.length]!);
  const items = picks
    .map(
      ([title, author, says], i) =>
        `<tr><td width="96" style="padding:14px 0"><img src="https://img.example/covers/${month}-${i}.jpg" width="80" height="120" alt="Cover of ${escape(title)}" style="background:#ddd;border-radius:3px"></td><td style="padding:14px 16px;vertical-align:top"><b style="font-size:17px">${escape(title)}</b><br><span style="color:#777">${escape(author)}</span><p style="margin:8px 0 0">${escape(says)}</p></td></tr>`,
    )
    .join('');
  const html = `<div style="background:#faf7f2;padding:20px;font-family:Georgia,serif;line-height:1.55;color:#2b2622"><div style="max-width:540px;margin:auto">
<img src="cid:masthead" alt="Tidewater Books" width="540" style="width:100%;border-radius:8px"><h1 style="font-weight:normal">Three for the chair by the window</h1>
<table cellpadding="0" cellspacing="0">${items}</table>
<p>Come and argue with us. The kettle is on and the cat is in Poetry.</p><p style="font-size:13px;color:#888">Tidewater Books, Fore Street, up the step, mind the step.</p></div></div>
`;
  const plain = `THREE FOR THE CHAIR BY THE WINDOW\n\n${picks.map(([title, author, says]) => `${title}, ${author}\n${says}`).join('\n\n')}\n\nTidewater Books, Fore Street\n`;
  return {
    subject: `${picks[0]![0]}, and two more for the chair by the window`,
    part: multipart('alternative', `tb-${random.between(1e8, 9e8)}`, [
      text(plain),
      multipart('related', `tbr-${random.between(1e8, 9e8)}`, [
        text(html, { subtype: 'html', encoding: 'base64' }),
        file('masthead.png', 'image/png', beams(month % 4), { contentId: 'masthead' }),
      ]),
    ]),
  };
}

/** Every fortnight the magazine, every third week the tides, every month the bookshop. */
export function newsletters(now: number, random: Random): Letter[] {
  const letters: Letter[] = [];
  const post = (
    from: Person,
    planned: number,
    write: (date: number, random: Random) => { readonly subject: string; readonly part: Part },
  ): void => {
    const date = byDay(planned, now);
    const age = now - date;
    const seen = age > 30 * DAY ? random.chance(0.9) : random.chance(age > 4 * DAY ? 0.6 : 0.2);
    const id = `${date.toString(36)}@${from.address.split('@')[1]}`;
    // What is made later must not depend on when: it has its own chance.
    const own = seeded(random.between(0, 0x7fffffff));
    letters.push({
      mailbox: age < 60 * DAY ? 'INBOX' : 'Archive',
      date,
      flags: seen ? ['\\Seen'] : [],
      content: new DeferredMessage(() => {
        const { subject, part } = write(date, own);
        return compose({ from, to: [people.ada], subject, date, id, more: listFields(from) }, part);
      }),
      parties: [],
    });
  };
  for (let issue = 0; issue < 36; issue++) {
    const date = now - (36 - issue) * 15 * DAY + 15 * DAY - 5.2 * HOUR;
    post(FORESHORE, date, (day, own) => foreshoreIssue(201 + issue, day, own));
  }
  for (let week = 0; week < 25; week++) {
    const date = now - (25 - week) * 21 * DAY + 19 * DAY + 1 * HOUR;
    post(TIDES, date, (day, own) => tideTable(((week * 3) % 52) + 1, day, own));
  }
  for (let month = 0; month < 17; month++) {
    const date = now - (17 - month) * 31 * DAY + 24 * DAY + 6 * HOUR;
    post(BOOKS, date, (_, own) => bookLetter(month, own));
  }
  return letters;
}
