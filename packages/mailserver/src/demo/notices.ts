import { paper } from './files.ts';
import type { Letter } from './letter.ts';
import { byDay, compose, DAY, dayText, HOUR } from './letter.ts';
import type { Part } from './mime.ts';
import { multipart, text } from './mime.ts';
import type { Person } from './people.ts';
import { people } from './people.ts';
import type { Random } from './random.ts';

/** Mail that machines write: tickets, receipts, statements, reports. */

const FERRY: Person = { name: 'Saltmere Ferry bookings', address: 'bookings@saltmereferry.example', zone: 0 };
const BANK: Person = { name: 'Coast Mutual', address: 'no-reply@coastmutual.example', zone: 0 };
const CHANDLER: Person = {
  name: 'Rook & Daughter, chandlers',
  address: 'orders@rookanddaughter.example',
  zone: 0,
};
const BACKUP: Person = { name: 'backup@office', address: 'backup@office.saltmere-trust.example', zone: 0 };
const RAIL: Person = { name: 'Estuary Rail', address: 'tickets@estuaryrail.example', zone: 0 };
const LIBRARY: Person = { name: 'Saltmere Library', address: 'loans@saltmere-library.example', zone: 0 };

interface Notice {
  readonly from: Person;
  readonly subject: string;
  readonly part: Part;
}

const ORDERS: ReadonlyArray<readonly [what: string, price: number]> = [
  ['Marine varnish, 2.5 l', 54.9],
  ['Manila rope 24 mm, 30 m', 118],
  ['Brass hinges, pair', 22.4],
  ['Lamp oil, 5 l', 31.5],
  ['Tarred twine', 7.2],
  ['Galvanised shackle 12 mm', 6.8],
  ['Storm lantern, red', 38],
  ['Deck brush', 14.25],
  ['Burlap, 20 m roll', 46],
];

function receipt(date: number, random: Random): Notice {
  const number = `R${random.between(20000, 29999)}`;
  const lines = Array.from(
    { length: random.between(2, 4) },
    () => [random.pick(ORDERS), random.between(1, 4)] as const,
  );
  const total = lines.reduce((sum, [[, price], count]) => sum + price * count, 0);
  const plain = lines.map(
    ([[what, price], count]) =>
      `${String(count).padStart(3)} × ${what.padEnd(28)} £${(price * count).toFixed(2).padStart(8)}`,
  );
  const rows = lines.map(
    ([[what, price], count]) =>
      `<tr><td style="padding:6px 0">${count} × ${what}</td><td align="right">£${(price * count).toFixed(2)}</td></tr>`,
  );
  const html = `<div style="font:15px/1.6 'Courier New',monospace;max-width:420px;margin:auto;padding:24px;border:1px dashed #bbb">
<p style="text-align:center"><b>ROOK &amp; DAUGHTER</b><br>Chandlers, Fish Street<br><small>${dayText(date)} · ${number}</small></p>
<table width="100%" style="border-collapse:collapse">${rows.join('')}<tr><td style="border-top:1px solid #333;padding-top:8px"><b>Total</b></td><td align="right" style="border-top:1px solid #333;padding-top:8px"><b>£${total.toFixed(2)}</b></td></tr></table>
<p style="text-align:center"><small>Nothing is returned wet.</small></p></div>`;
  return {
    from: CHANDLER,
    subject: `Your receipt ${number}, £${total.toFixed(2)}`,
    part: multipart('alternative', `rcpt-${number}`, [
      text(
        `ROOK & DAUGHTER, CHANDLERS\n${number}, ${dayText(date)}\n\n${plain.join('\n')}\n\nTotal £${total.toFixed(2)}\n\nNothing is returned wet.\n`,
      ),
      text(html, { subtype: 'html' }),
    ]),
  };
}

function ticket(date: number, random: Random): Notice {
  const reference = `EST-${random.between(100000, 999999)}`;
  const place = random.pick(['Brackwater', 'London', 'Exeter', 'Bristol', 'Penhallow Junction']);
  const body = `Saltmere to ${place}, ${dayText(date + 6 * DAY)}, dep. ${random.between(6, 9)}:${random.between(10, 55)}\nSeat ${random.between(1, 60)}${random.pick(['A', 'B', 'C', 'D'])}, coach ${random.pick(['A', 'B', 'C'])}, facing the sea.\n\nReference ${reference}\n\nPlease show the attached ticket on paper or glass.\n`;
  return {
    from: RAIL,
    subject: `Your ticket to ${place} (${reference})`,
    part: multipart('mixed', `rail-${reference}`, [
      text(body),
      paper(`${reference}.pdf`, ['Estuary Rail', `Saltmere to ${place}`, dayText(date + 6 * DAY), reference]),
    ]),
  };
}

function statement(date: number, random: Random): Notice {
  const month = dayText(date).split(' ').slice(1).join(' ');
  return {
    from: BANK,
    subject: `Your statement for ${month} is ready`,
    part: text(
      `Dear Ms Marlowe,\n\nThe statement of the Harbour Trust account for ${month} is ready in your online office.\n\nMoney in   £${random.between(900, 6400)}.00\nMoney out  £${random.between(700, 5200)}.00\n\nWe never ask for your password by email, and we never say "dear customer".\n\nCoast Mutual, owned by the people it is for\n`,
    ),
  };
}

function backup(date: number, random: Random): Notice {
  const failed = random.chance(0.15);
  const size = (11 + random.next() * 4).toFixed(2);
  const lines = Array.from(
    { length: 9 },
    (_, i) =>
      `2 ${String(3 + i).padStart(2, '0')}:10  ${random.pick(['minutes', 'photos', 'accounts', 'logbooks', 'wall-survey', 'postcards'])}/${random.between(100, 999)}  ${random.between(12, 900)} kB  ok`,
  );
  if (failed)
    lines.push('2 12:14  photos/scan-0007.tif  read error, tried 3 times', '2 12:14  giving up on 1 file');
  return {
    from: BACKUP,
    subject: failed ? '[office] Backup finished with 1 warning' : `[office] Backup finished, ${size} GB`,
    part: text(
      `Started  ${new Date(date).toISOString()}\nTarget   attic\n\n${lines.join('\n')}\n\n${failed ? '1 warning' : 'No warnings'}, ${size} GB in total\n`,
      { encoding: '7bit' },
    ),
  };
}

function ferry(_date: number, random: Random): Notice {
  const reasons = [
    'fog on the bar',
    'a rope round something',
    'the tide being where it is',
    'a wedding party',
    'engine maintenance',
  ];
  const time = `${random.between(7, 18)}:${random.pick(['10', '20', '50'])}`;
  return {
    from: FERRY,
    subject: `Ferry: the ${time} will be ${random.pick(['late', 'a smaller boat', 'from the inner steps'])} tomorrow`,
    part: text(
      `Tomorrow's ${time} is affected by ${random.pick(reasons)}. All other boats go as in the book.\n\nTickets stay valid. Dogs stay welcome.\n\nSaltmere Ferry\n`,
    ),
  };
}

function loan(date: number, random: Random): Notice {
  const book = random.pick([
    'The Shipping Forecast: A Life',
    'Fresnel and His Lamps',
    'Charity Law, a Plain Guide',
    'One Hundred Soups',
    'Deutsch für Langsame',
  ]);
  return {
    from: LIBRARY,
    subject: `Due on ${dayText(date + 3 * DAY)}: ${book}`,
    part: text(
      `Dear Ada Marlowe,\n\n"${book}" is due back on ${dayText(date + 3 * DAY)}.\n\nIf you need it longer, answer this message with the word MORE. If you have lost it, come and have tea, it has usually turned up.\n\nThe Library, Customs House Lane\n`,
    ),
  };
}

/** About sixty of them, spread over the whole time. */
export function notices(now: number, random: Random): Letter[] {
  const kinds = [receipt, ticket, statement, backup, ferry, loan];
  const letters: Letter[] = [];
  for (let i = 0; i < 66; i++) {
    const ago = 545 * (1 - i / 66) ** 1.15 + 0.3;
    const date = byDay(now - ago * DAY - random.between(0, 300) * 60_000, now);
    const { from, subject, part } = kinds[i % kinds.length]!(date, random);
    const heading = {
      from,
      to: [people.ada],
      subject,
      date,
      id: `${date.toString(36)}.${i}@${from.address.split('@')[1]}`,
      more: [['Auto-Submitted', 'auto-generated']] as const,
    };
    letters.push({
      mailbox: ago < 25 ? 'INBOX' : random.chance(0.3) ? 'Trash' : 'Archive',
      date,
      flags: ago > 5 || random.chance(0.4) ? ['\\Seen'] : [],
      content: compose(heading, part),
      parties: [],
    });
  }
  letters.push(reservation(now));
  return letters;
}

/** A long subject, as booking systems like them. */
function reservation(now: number): Letter {
  const date = now - 2.7 * DAY - 2 * HOUR;
  const subject =
    'Confirmation of your reservation SMF-2207-LIGHT for the 18:50 special sailing (departing after the lighting, inner steps, 42 passengers, 6 bicycles, 1 accordion in its case, return sailing by arrangement with the master)';
  const heading = { from: FERRY, to: [people.ada], subject, date, id: `smf-2207@saltmereferry.example` };
  return {
    mailbox: 'INBOX',
    date,
    flags: ['\\Seen'],
    content: compose(heading, text('Confirmed. The accordion travels free if it is played.\n')),
    parties: [],
  };
}
