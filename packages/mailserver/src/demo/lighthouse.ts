import type { Conversation } from './conversation.ts';
import { turn } from './conversation.ts';
import { draft, paper, photo } from './files.ts';

const mailbox = 'Projects/Lighthouse';

/** How the lighthouse is lit again. */
export const lighthouse: readonly Conversation[] = [
  {
    mailbox,
    subject: 'Grant application: second draft for comments',
    ago: 263,
    with: ['grace', 'ada', 'ingrid', 'owen'],
    turns: [
      turn(
        'grace',
        11,
        `
Attached is the second draft. It is 1,400 words over, and I have been told that the assessors print it out and read it on trains, so every page we lose is a page they finish.

Ada: section 3 (who benefits) still says what we do and not what changes for anybody.
Ingrid: section 5 needs two sentences on the logbooks, not two pages, I beg you.
Owen: please check every number in section 7. You know which one.`,
        {
          files: () => [
            draft('coastal-heritage-application-v2.docx', [
              'Lighting Saltmere Head',
              'Section 3. Who benefits. The lamp room has been closed to the public since 1988. In its two open weekends 1,162 people climbed the stairs.',
              'Section 5. The keeper’s logbooks, nine volumes, will be photographed and put online.',
              'Section 7. The lens weighs 1.4 tonnes with its pedestal and floats on 38 litres of mercury substitute.',
            ]),
            paper('budget-v2.pdf', [
              'Lighting Saltmere Head: budget, second draft',
              'Lens restoration, Evora workshop            6,200',
              'Pedestal, bearing and drive                11,450',
              'Gallery railing                             8,900',
              'Access platform and hoist                  14,300',
              'School programme, two years                 7,600',
              'Contingency at eight per cent               3,876',
              'Total                                      52,326',
            ]),
          ],
        },
      ),
      turn(
        'owen',
        25,
        `The number you mean is the weight of the lens. It is 1.4 tonnes and not 14. I am glad somebody asked before we ordered the floor.`,
      ),
      turn('ingrid', 5, `Two sentences. It hurt. I have kept the wren.`),
      turn(
        'ada',
        8,
        `
Section 3, again, shorter:

"Nobody under forty has ever seen the Head lit. Four hundred children a year would climb to a working light, in the town where they live, and some of them would come back with their own."

Better?`,
      ),
      turn('grace', 2, `Better. I'm keeping it before you improve it.`),
    ],
  },
  {
    mailbox,
    subject: 'Évora: the panels are right',
    ago: 204,
    with: ['beatriz', 'ada', 'owen'],
    turns: [
      turn(
        'beatriz',
        15,
        `
Dear friends,

My uncle put down his cloth on Tuesday evening and said "está". You will not see where the crack was; I know where it was and I cannot see it either.

I drive them up myself, on the 14th. Please arrange for no potholes.`,
        { files: () => [photo('bullseye-finished.png', 0), photo('evora-workshop.png', 4)] },
      ),
      turn('owen', 1, `I have written to the county about the potholes. I signed it from all of us.`),
      turn(
        'ada',
        6,
        `Beatriz, stay as long as you can. There is a bed over the harbour office with a view of exactly where they are going.`,
      ),
    ],
  },
  {
    mailbox,
    subject: 'How bright may it be?',
    ago: 152,
    with: ['halvard', 'ada', 'owen', 'priya'],
    turns: [
      turn(
        'halvard',
        7,
        `
Hello Ada,

As the one who has to come home past the Head at five in the morning I am very glad about the light. As master of the ferry I must ask: what character, what range, what sector? If you show a white flash every ten seconds you will be mistaken for Gull Rock, and I have seen what people do who mistake Gull Rock.

Halvard`,
      ),
      turn(
        'owen',
        4,
        `
A fair question from the right man. The Board allows us a fixed white light of at most two nautical miles, landward of the pier, on twelve evenings in a year, with a notice to mariners each time. No flash; the lens will turn very slowly and the beam will be over the town, not the fairway.

It was 24 miles once. I have decided not to be sad about it.`,
      ),
      turn(
        'priya',
        20,
        `For the electrical side: 35 W LED on a dimmer. Whoever finds the dimmer will find a seal on it with my name.`,
      ),
      turn(
        'halvard',
        3,
        `Two miles over the town. Then my wife will see it from the kitchen and put the coffee on. Approved.`,
      ),
    ],
  },
  {
    mailbox,
    subject: 'Gallery railing: what I found',
    ago: 96,
    with: ['priya', 'ada', 'grace'],
    turns: [
      turn(
        'priya',
        9,
        `
Ada, Grace,

I went round the gallery with the hammer on Thursday. 31 of the 36 stanchions ring. Five do not, all on the south-west side, where the salt gets behind the lead. None is dangerous while nobody leans on it, so until they are replaced: nobody on the gallery, please, including people who say they have been going up there since before I was born.

Forged replacements about £640 each. Tomasz thinks he can make them at the slip for half of that and I think he is right.`,
        {
          files: () => [
            paper('gallery-railing-survey.pdf', [
              'Saltmere Head: gallery railing survey',
              'Stanchions inspected: 36. Method: hammer, lamp, 2 mm probe.',
              'Sound: 31. Section loss over 40 per cent: nos. 17, 18, 19, 21, 22.',
              'Recommendation: close the gallery until these five are replaced.',
              'P. Raman, chartered engineer',
            ]),
          ],
          flags: ['\\Flagged'],
        },
      ),
      turn(
        'grace',
        2,
        `Half would be £1,600, which we have. A third of that and I would ask him to marry us.`,
      ),
      turn(
        'ada',
        1,
        `He is married. I have hung the chain across the gallery door and written NOBODY on it in two languages.`,
      ),
    ],
  },
  {
    mailbox,
    subject: 'Children’s drawings for the stairwell',
    ago: 61,
    with: ['seun', 'ada'],
    turns: [
      turn(
        'seun',
        12,
        `
Dear Ada,

The year fives have drawn what they think is at the top of the lighthouse. So far: a dragon (nine), the moon (seven), my grandmother (one), a very big torch (four), and "a man who is called Trevor". I would like to hang all of them up the stairwell, one every five steps, so that the real thing has something to live up to.

113 steps, so we have room for 22. I shall have to choose, and will be unpopular for a term. Unless there are two sides to the wall?`,
      ),
      turn(
        'ada',
        3,
        `There are two sides to the wall. Hang all of them. Trevor goes last, at eye level, just before the door.`,
      ),
      turn('seun', 2, `You have made 31 people very happy, and Trevor.`),
    ],
  },
  {
    mailbox,
    subject: 'First lighting: the order of the evening',
    ago: 17,
    with: ['ada', 'owen', 'grace', 'halvard', 'nell'],
    turns: [
      turn(
        'ada',
        0,
        `
Dear all,

Here is how I think the evening goes, and please argue.

17:30  Soup at the slip (Nell)
18:15  Everybody walks up, slowly, with lanterns
18:40  The wren, read by Ingrid
18:45  Dark. Everybody's lamp out, the pier lights too (Halvard has asked the harbour)
18:46  Owen

I have not written what Owen does. He knows.`,
      ),
      turn(
        'owen',
        5,
        `I know. I would only ask that nobody counts down. It was never counted down. It was lit because it was time.`,
      ),
      turn(
        'nell',
        3,
        `Soup for 200, and I'm doing the smoked haddock one because it survives standing about. Who is bringing bowls? I have 90 and I know where every one of them is.`,
      ),
      turn(
        'halvard',
        9,
        `The 18:20 boat will leave at 18:50. I have put up a sign that says "for a reason".`,
      ),
      turn(
        'grace',
        2,
        `Bowls: the chapel has 120, white, chipped, willing. I am collecting them on Friday.`,
        { flags: ['\\Flagged'] },
      ),
    ],
  },
  {
    mailbox,
    subject: 'Mercury, or rather not',
    ago: 6.4,
    with: ['priya', 'ada', 'owen'],
    turns: [
      turn(
        'priya',
        2,
        `
Both,

The bearing arrived. It is the one without mercury, as promised to everybody's insurance. I ran it dry for an hour on the bench with 900 kg on top, and it drew 11 watts. You could turn the whole lens with a bicycle dynamo and a child.

Fitting: Tuesday, if the hoist is free.`,
      ),
      turn('owen', 7, 'I know the child. I know several. The hoist is free, I have been sitting on it.'),
      turn(
        'ada',
        3,
        `Tuesday then. I'll open up at seven and bring the flask. Priya, is there anything that must not be in the lamp room while you work, apart from Owen?`,
      ),
      turn('priya', 1, `Owen may stay if he holds the other end of things.`),
    ],
  },
];
