import type { Conversation } from './conversation.ts';
import { turn } from './conversation.ts';
import { paper, photo } from './files.ts';

const mailbox = 'Reisen/Zürich';

/** The visit to the museum on the lake, partly in German. */
export const travels: readonly Conversation[] = [
  {
    mailbox,
    subject: 'Einladung: Leuchttürme an Binnenseen',
    ago: 223,
    with: ['jonas', 'ada'],
    turns: [
      turn(
        'jonas',
        9,
        `
Sehr geehrte Frau Marlowe

Wir eröffnen im Herbst eine kleine Ausstellung über Leuchtfeuer an Binnenseen. Ja, die gibt es; unsere sind kürzer als Ihre, dafür sieht man von jedem aus das nächste.

Würden Sie zur Eröffnung kommen und zwanzig Minuten über Saltmere Head sprechen? Auf Englisch, gern mit dem Zaunkönig, von dem mir Frau Solheim geschrieben hat. Reise und Unterkunft übernehmen wir.

Mit freundlichen Grüssen
Jonas Brändli`,
        { flags: ['\\Flagged'] },
      ),
      turn(
        'ada',
        7,
        `
Sehr geehrter Herr Brändli

Sehr gern. Ich lese Deutsch langsam und spreche es noch langsamer, aber der Zaunkönig kommt mit.

Freundliche Grüsse
Ada Marlowe`,
      ),
      turn('jonas', 15, `Das freut uns sehr. Langsam ist bei uns kein Mangel. Ein Programm liegt bei.`, {
        files: () => [
          paper('programm.pdf', [
            'Leuchtfeuer am See: Programm der Eröffnung',
            '17.30  Türöffnung',
            '18.00  Begrüssung, J. Brändli',
            '18.15  Saltmere Head, a light comes home. A. Marlowe',
            '18.45  Der Zaunkönig, gelesen von K. Zumsteg',
            '19.00  Apéro auf dem Steg',
          ]),
        ],
      }),
    ],
  },
  {
    mailbox,
    subject: 'Das Zimmer über dem See',
    ago: 181,
    with: ['kaethe', 'ada'],
    turns: [
      turn(
        'kaethe',
        6,
        `
Liebe Ada (wenn ich darf)

Sie wohnen bei mir, das ist beschlossen. Das Zimmer hat einen Ofen, einen Kater („Kapitän“) und einen Blick auf drei Kirchtürme und, wenn der Föhn bläst, auf die Glarner Alpen. Frühstück um sieben, weil der Kater es so will.

Herzlich
Käthe`,
      ),
      turn('ada', 5, `Liebe Käthe, Sie dürfen. Ich bringe Scones mit und dem Kapitän einen Hering.`),
      turn('kaethe', 20, `Der Kapitän hat es gelesen. Er sitzt seither an der Tür.`, {
        files: () => [photo('aussicht.png', 1)],
      }),
    ],
  },
  {
    mailbox,
    subject: 'Nach der Eröffnung',
    ago: 139,
    with: ['jonas', 'ada', 'kaethe'],
    turns: [
      turn(
        'jonas',
        10,
        `
Liebe Ada

Gestern waren 214 Personen da, für uns ein Rekord, und eine davon hat geweint (ich). Die Zeitung schreibt heute: „Ein Vogel, ein Turm, zwanzig Minuten, kein Wort zu viel.“

Bitte schicken Sie uns eine Postkarte, wenn es bei Ihnen brennt. Das Licht, meine ich.

Jonas`,
        { files: () => [photo('eroeffnung.png', 3)] },
      ),
      turn(
        'ada',
        30,
        `
Dear Jonas, dear Käthe,

Home again, with Alpine cheese in the harbour office fridge and a label on it that says HERITAGE, DO NOT EAT. It has not worked.

You shall have the postcard. (You may have more than one. There is a story.)

Thank you for everything, and the Captain especially.
Ada`,
      ),
      turn(
        'kaethe',
        8,
        `Der Kapitän schläft auf Ihrem Schal. Wir haben beschlossen, dass Sie ihn vergessen haben.`,
      ),
    ],
  },
];
