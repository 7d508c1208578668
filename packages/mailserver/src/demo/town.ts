import type { Conversation } from './conversation.ts';
import { turn } from './conversation.ts';
import { draft, note, photo } from './files.ts';

/** What else a small organisation writes about. */
export const town: readonly Conversation[] = [
  {
    subject: 'Photographs for the calendar, please choose twelve',
    ago: 134,
    with: ['seun', 'ada', 'nell', 'margaret'],
    turns: [
      turn(
        'seun',
        9,
        `The photography club has 340 pictures of the harbour and opinions about all of them. Here are three to start with, taken by Amina (fog), Josh (gulls, not shown, the gulls left) and Ewa (six in the morning, on purpose).`,
        { files: () => [photo('fog-amina.png', 2), photo('quay-josh.png', 1), photo('six-am-ewa.png', 0)] },
      ),
      turn(
        'margaret',
        4,
        `Ewa's for January. One needs to be reminded in January that there is a six in the morning.`,
      ),
      turn('nell', 1, `Can the gull one come back if the gulls do? I'd buy that one.`),
      turn(
        'ada',
        6,
        `Ewa January, Amina November, and I give up September to the gulls. Tell them they are all in.`,
      ),
    ],
  },
  {
    subject: 'Wi-Fi in the harbour office',
    ago: 88,
    with: ['halvard', 'ada'],
    turns: [
      turn(
        'halvard',
        7,
        `The passengers have found out your Wi-Fi reaches the ferry. On the 7:10 this morning eleven people did not look up when we passed the seal. Could you make it weaker?`,
      ),
      turn(
        'ada',
        1,
        `I have moved the router behind the filing cabinet marked 1974. Nothing has ever got out of there.`,
      ),
      turn('halvard', 24, `Nine people saw the seal today. Thank you.`),
    ],
  },
  {
    subject: 'Mr Hask answers',
    ago: 58,
    with: ['grace', 'ada', 'owen', 'ingrid'],
    turns: [
      turn(
        'grace',
        5,
        `
He answered! I quote the whole of it:

"Dear Miss Marlowe, I am eighty-one and not a sentimental man. I shall be there an hour early. Is there a handrail? Yours sincerely, P. Hask."

Priya has been told about the handrail.`,
      ),
      turn('owen', 3, `I should like to ask him to do it. What I do, I mean. If he wants.`),
      turn('ada', 2, `Oh, Owen. Yes.`),
      turn(
        'ingrid',
        15,
        `I have put his father's logbook, 1961 to 1964, next to Keeper Trew's. In March 1962 Walter Hask writes: "Peter up for the day. Asked what the light says. Told him it says Here."`,
        { flags: ['\\Flagged'] },
      ),
    ],
  },
  {
    subject: 'Volunteer lunch',
    ago: 41,
    with: ['nell', 'ada', 'grace', 'tomasz', 'seun'],
    turns: [
      turn(
        'nell',
        11,
        `Thursday week, one o'clock, the long table. I need to know who eats what: tick and send back.`,
        {
          files: () => [
            note(
              'who-eats-what.txt',
              'Name:\n\n[ ] everything\n[ ] no meat\n[ ] no fish (why do you live here)\n[ ] halal\n[ ] no gluten\n[ ] only toast\n',
            ),
          ],
        },
      ),
      turn('tomasz', 2, `Everything, twice.`),
      turn('grace', 1, `No fish, and I live here for the arguments.`),
      turn('seun', 7, `Halal, please, and I shall bring puff-puff enough for the table.`),
      turn('ada', 2, `Everything. See you at the long table.`),
    ],
  },
  {
    subject: 'Photo credit',
    ago: 27,
    with: ['seun', 'ada'],
    turns: [
      turn(
        'seun',
        6,
        `Ewa's picture of the quay at six has been printed in the county paper with the credit "a pupil". She has asked me, very politely, how one writes to an editor.`,
      ),
      turn(
        'ada',
        2,
        `With her full name, her age, and the words "I enclose another". I know the editor. Let her write first; I will write second.`,
      ),
      turn(
        'seun',
        46,
        `They printed her letter, her name, and the other picture. She has bought eleven copies and I have seen all of them.`,
      ),
    ],
  },
  {
    subject: 'Spare key to the ice house',
    ago: 19,
    with: ['tomasz', 'ada'],
    turns: [
      turn(
        'tomasz',
        9,
        `Who has the spare key? The first one is in the sea. It was my pocket, it was not my fault, it was the pocket's.`,
      ),
      turn('ada', 1, `In the tea tin behind the tea tin. Please buy the pocket a string.`),
    ],
  },
  {
    subject: 'Seven hundred postcards',
    ago: 12,
    with: ['grace', 'ada', 'nell'],
    turns: [
      turn(
        'grace',
        10,
        `
The postcards came. They are beautiful. There are seven thousand of them.

I ordered seven hundred; I have the order here, and it says seven hundred. The printer says that at this price he assumed a slip of the pen and we may keep them.

We have about 2,300 people in this town.`,
      ),
      turn('nell', 1, `Three each. I'll put them by the till with "take three, we insist".`),
      turn('ada', 2, `And one in every library book, from now until the roof falls in.`),
      turn(
        'grace',
        25,
        `It has been one day and somebody has sent us one. It says "Please stop." It is signed by the library.`,
      ),
    ],
  },
  {
    subject: 'Dentist moved, so the committee moves',
    ago: 8.3,
    with: ['grace', 'ada', 'owen', 'margaret', 'tomasz'],
    turns: [
      turn('grace', 8, `Sorry, all: could Tuesday's committee be Wednesday? My tooth has chosen Tuesday.`),
      turn('margaret', 1, `Wednesday suits, and oil of cloves.`),
      turn('tomasz', 3, 'Wednesday OK.'),
      turn('ada', 1, `Wednesday at seven, then. Owen?`),
      turn('owen', 13, `Present on any day with a y in it.`),
    ],
  },
  {
    subject: 'Committee, Wednesday: agenda',
    ago: 5.2,
    with: ['ada', 'grace', 'owen', 'margaret', 'tomasz', 'seun'],
    turns: [
      turn(
        'ada',
        3,
        `
1. First lighting: who, when, where it can still go wrong
2. Ice house, phase 1 (Tomasz, with fish)
3. Postcards (Grace)
4. The bench (Margaret, two minutes, she promises)
5. Any other business, which is never the kettle again`,
        {
          files: () => [
            draft('agenda.docx', [
              'Committee, Wednesday, seven o’clock',
              '1. First lighting',
              '2. Ice house, phase 1',
              '3. Postcards',
              '4. The bench',
              '5. Any other business',
            ]),
          ],
        },
      ),
      turn('margaret', 6, `Two minutes is what I shall say and four is what it will be.`),
      turn(
        'seun',
        14,
        `I have parents until half past seven. May I come in for item 2? I want to see the fish.`,
        { flags: ['\\Flagged'] },
      ),
    ],
  },
  {
    subject: 'Soup numbers',
    ago: 3.1,
    with: ['nell', 'ada', 'grace'],
    turns: [
      turn(
        'nell',
        4,
        `Two hundred is now two hundred and sixty, by my count of who has said "we might". Haddock for 180, leek and potato for 80. I can do it if somebody else does the bread.`,
      ),
      turn(
        'grace',
        2,
        `Brackwater bakery will do thirty loaves at cost if we mention them. I mentioned them to the vicar and he is mentioning them on Sunday.`,
      ),
      turn('ada', 1, `Bread solved by the Church of England. Thank you both.`),
    ],
  },
  {
    subject: 'Could you look at this before four?',
    ago: 0.9,
    with: ['grace', 'ada'],
    turns: [
      turn(
        'grace',
        1,
        `
The foundation wants a single page, "impact in plain words", by four today. I have written it three times and each time it turned into a speech. Attached is the least bad.

Be brutal. You have until the 15:20 boat.`,
        {
          files: () => [
            draft('impact-one-page.docx', [
              'What changed',
              'Last year 1,162 people climbed a lighthouse that had been locked for thirty-seven years.',
              'Four hundred of them were under twelve. One of them was eighty-one.',
              'This year we would like to light it.',
            ]),
          ],
          flags: ['\\Flagged'],
        },
      ),
      turn('ada', 2, `I took out one word ("meaningful"). Send it.`),
      turn('grace', 1, `Sent. It was a good word for somebody else.`),
    ],
  },
  {
    subject: 'Weather for Saturday',
    ago: 0.42,
    with: ['halvard', 'ada', 'owen'],
    turns: [
      turn(
        'halvard',
        0,
        `
Morning,

North-west 3 going round to west, dry until ten at night, then nobody knows. Sea slight. Visibility so good that you will see Gull Rock and argue about whether it is Gull Rock.

If it stays like this we could not have ordered better.`,
      ),
      turn('owen', 2, `I have not slept since Thursday and I have never been so well.`),
    ],
  },
  {
    subject: 'Bread, bowls, and one small thing',
    ago: 0.19,
    with: ['nell', 'ada', 'grace'],
    turns: [
      turn(
        'nell',
        1,
        `
Bread: thirty loaves, Saturday at three, round the back.
Bowls: 212 counted, 209 without chips.

One small thing: the man who wrote about his father. What does he eat? I'd like him to have the first bowl.`,
      ),
    ],
  },
  {
    subject: 'On my way',
    ago: 0.05,
    with: ['grace', 'ada'],
    turns: [
      turn(
        'grace',
        0,
        `On the 15:20 after all. I have the tin, the banner, and the seven thousand postcards. Could you meet me with the trolley? 🛒\n\nG.`,
      ),
    ],
  },
];
