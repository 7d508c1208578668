import type { Conversation } from './conversation.ts';
import { turn } from './conversation.ts';
import { mail, paper, table } from './files.ts';
import { compose } from './letter.ts';
import { text } from './mime.ts';
import { people } from './people.ts';

/** What else a small organisation wrote about a year ago and before. */
export const townLastYear: readonly Conversation[] = [
  {
    subject: 'Regatta: insurance asks whether there will be "rivalry"',
    ago: 470,
    with: ['grace', 'ada', 'tomasz', 'halvard'],
    turns: [
      turn(
        'grace',
        9,
        `
The insurer's form for the regatta has a new question, 14(c): "Is any rivalry anticipated between participants?"

I need a truthful answer in fewer than fifty characters.`,
      ),
      turn('tomasz', 1, `Yes, since 1911.`),
      turn('halvard', 2, `Only between the chapel and the lifeboat. The rest of us are there to watch.`),
      turn('ada', 3, `"Friendly, loud, over by six." Thirty characters, all of them true.`),
    ],
  },
  {
    subject: 'The office kettle',
    ago: 433,
    with: ['ada', 'grace'],
    turns: [
      turn(
        'ada',
        2,
        `The kettle has begun to sing a note and then stop, as if it had thought of something. Do we own another?`,
      ),
      turn(
        'grace',
        1,
        `We own a 1950s urn that takes forty minutes and dims the quay. I'll buy a kettle. It goes under "resilience".`,
      ),
    ],
  },
  {
    subject: 'Minutes, April',
    ago: 402,
    with: ['grace', 'ada', 'owen', 'margaret'],
    turns: [
      turn(
        'grace',
        13,
        `Minutes attached, with the disagreement about the flagpole summarised as "a discussion was had".`,
        {
          files: () => [
            paper('minutes-april.pdf', [
              'Saltmere Harbour Trust: minutes of the April meeting',
              'Present: A. Marlowe (chair), G. Okafor, O. Pritchard, M. Pell, T. Wieczorek.',
              '1. Apologies: S. Adeyemi (parents evening).',
              '2. Lamp room: collection of the lens on the 22nd. Agreed.',
              '3. Flagpole: a discussion was had.',
              '4. Any other business: the kettle.',
            ]),
          ],
        },
      ),
      turn(
        'margaret',
        5,
        `A very fair account. I should like it recorded somewhere that I was right about the flagpole.`,
      ),
      turn('ada', 1, `It is recorded here.`),
    ],
  },
  {
    subject: 'Year tens, the sea, and a risk assessment',
    ago: 335,
    with: ['seun', 'ada', 'halvard'],
    turns: [
      turn(
        'seun',
        10,
        `
Halvard has offered to take a class out on the early boat so they can see the town from the water. The school would like a risk assessment. I have written "the sea" under hazards and "respect" under measures and I fear it will come back.

Do you have one I can copy from?`,
      ),
      turn(
        'halvard',
        2,
        `I attach ours. Page one is the important one. The other eleven are for people who have not been in a boat.`,
        {
          files: () => [
            paper('ferry-school-party.pdf', [
              'Saltmere Ferry: school parties',
              '1. Everybody wears a lifejacket. Everybody includes teachers.',
              '2. One adult for six children, counted on and counted off.',
              '3. Nobody sits on the rail, whatever they have seen in films.',
              '4. The master decides about the weather, and does not discuss it.',
            ]),
          ],
        },
      ),
      turn('seun', 20, `Accepted, with a note from the head: "Point 4 should be adopted school-wide."`),
    ],
  },
  {
    subject: 'A cheque from a stranger',
    ago: 300,
    with: ['grace', 'ada'],
    turns: [
      turn(
        'grace',
        4,
        `
A letter came this morning with no return address. Inside: a cheque for £2,000 to the lens fund, and a photograph of a boy of about seven on the gallery with a man in a peaked cap. On the back: "My father, and me, and the light. Thank you for putting it back."

I have had to go and stand outside for a minute.`,
        { flags: ['\\Flagged'] },
      ),
      turn(
        'ada',
        1,
        `I'll come and stand with you.

Then let's find him. Ingrid will know the cap.`,
      ),
    ],
  },
  {
    subject: 'Harbour Kitchen: the lease',
    ago: 245,
    with: ['nell', 'ada', 'grace'],
    turns: [
      turn(
        'nell',
        8,
        `
Hello both,

The lease on the kitchen is up in the spring and the agent has written to say that "comparable units achieve considerably more". I asked which comparable units. He said a coffee chain had been to look at the slip and had liked the light.

I'm not asking for anything. I just wanted you to hear it from me and not in the queue.`,
      ),
      turn(
        'ada',
        1,
        `You may ask for something. Don't sign anything and don't answer him. The freehold of the slip belongs to the Trust from the rail to the low water mark, and I don't think the agent has read that far.`,
      ),
      turn(
        'grace',
        16,
        `He has not. I have now read it to him. The rent stays where it is for seven years, and he asked me whether the soup was vegetarian.`,
      ),
      turn('nell', 1, `I am crying into the leeks. Soup is on the house until one of us dies.`, {
        flags: ['\\Flagged'],
      }),
    ],
  },
  {
    subject: 'Fwd: your enquiry about the peaked cap',
    ago: 291,
    with: ['ingrid', 'ada', 'grace'],
    turns: [
      turn(
        'ingrid',
        6,
        `
I asked Halden, who collects caps. His answer is attached as he wrote it, I did not want to shorten it.

The keeper in the photograph is Walter Hask, relief keeper 1961 to 1964. He had one son, Peter, who became an optician in Leeds. An optician!`,
        {
          files: () => [
            mail(
              'the-peaked-cap.eml',
              compose(
                {
                  from: people.lucie,
                  to: [people.ingrid],
                  subject: 'La casquette',
                  date: Date.UTC(2025, 1, 3, 9, 12),
                  id: 'casquette.7731@phare-kerbrat.example',
                },
                text(
                  'Chère Ingrid,\n\nLa casquette est celle des gardiens auxiliaires, modèle 1959, reconnaissable à son galon étroit. On n’en a porté que six ans, car elle rétrécissait.\n\nChez nous, à Kerbrat, un seul gardien l’aimait : il avait une très petite tête.\n\nAmitiés,\nLucie',
                  { charset: 'windows-1252' },
                ),
              ),
            ),
          ],
        },
      ),
      turn('grace', 2, `An optician. Of course he is.`),
      turn(
        'ada',
        30,
        `I have written to Mr Hask. I did not mention the cheque. I asked whether he would like to be there when it is lit.`,
      ),
    ],
  },
  {
    subject: 'Accounts: first quarter',
    ago: 190,
    with: ['grace', 'ada'],
    turns: [
      turn(
        'grace',
        10,
        `First quarter attached. We are £312 better than the plan, and I know where it came from: nobody has claimed for a train since January. Please claim for your trains.`,
        {
          files: () => [
            table('q1.csv', [
              ['line', 'plan', 'actual'],
              ['Donations', 3500, 4120],
              ['Grants', 12000, 12000],
              ['Shop', 900, 868],
              ['Wall', -2400, -2395],
              ['Lamp room', -6100, -6220],
              ['Office', -700, -681],
              ['Trains', -450, -80],
              ['Soup', -120, -150],
            ]),
          ],
        },
      ),
      turn('ada', 5, `I have found eleven train tickets in four coats. Filed, with apologies.`),
    ],
  },
];
