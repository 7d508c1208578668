import type { Conversation } from './conversation.ts';
import { turn } from './conversation.ts';
import { archive, photo, table } from './files.ts';
import { seascape } from './pictures.ts';

const mailbox = 'Projects/Lighthouse';

/** How the lighthouse came by its lens and its keepers. */
export const lighthouseLens: readonly Conversation[] = [
  {
    mailbox,
    subject: 'The lens is ours',
    ago: 541,
    with: ['owen', 'ada', 'grace'],
    turns: [
      turn(
        'owen',
        8,
        `
Dear both,

I have just come off the telephone with the Lights Board. They will give us the lens: not lend, give. Third order, twelve panels, made in 1871 and wrapped in army blankets in a depot since 1988. We have to collect it before the spring, and we have to promise that it will be seen by the public.

I have been waiting to write this letter for eleven years.

Owen`,
      ),
      turn(
        'ada',
        2,
        `
Owen, I read it aloud in the ferry queue and a stranger shook my hand.

Yes to all of it. Grace, can the lens fund carry a lorry with air suspension and two nervous people?`,
      ),
      turn(
        'grace',
        5,
        `
It can carry the lorry. The nervous people will have to pay for their own sandwiches.

There is £4,180 in the fund as of this morning. I would rather spend six hundred of it on proper crating than save it and sweep up glass.`,
      ),
      turn(
        'owen',
        20,
        `
Crating it is. I know a piano mover in Brackwater who says that a lens is only a piano that is afraid of everything.`,
      ),
    ],
  },
  {
    mailbox,
    subject: 'Glass: twelve panels, seven sound, five to talk about',
    ago: 448,
    with: ['beatriz', 'ada', 'owen'],
    turns: [
      turn(
        'beatriz',
        9,
        `
Dear Ada, dear Owen,

I spent two days with your lens and I am a little in love. Seven panels are sound. Three have chipped prisms that can stay as they are; they will scatter a little light and nobody at sea will complain. Two have a crack through the bullseye. Those I would like to take to the workshop in Évora, where my uncle still has the green-white glass of the right index.

Please do not let anybody clean the brass with anything they have read about.

Com um abraço,
Beatriz`,
        {
          files: () => [
            photo('panel-04-bullseye.png', 4),
            table('panels.csv', [
              ['panel', 'state', 'prisms chipped', 'action'],
              [1, 'sound', 0, 'none'],
              [2, 'sound', 1, 'none'],
              [3, 'chipped', 4, 'leave'],
              [4, 'cracked', 2, 'workshop'],
              [5, 'sound', 0, 'none'],
              [6, 'sound', 0, 'none'],
              [7, 'chipped', 3, 'leave'],
              [8, 'sound', 0, 'none'],
              [9, 'cracked', 1, 'workshop'],
              [10, 'sound', 0, 'none'],
              [11, 'chipped', 5, 'leave'],
              [12, 'sound', 0, 'none'],
            ]),
          ],
        },
      ),
      turn(
        'ada',
        14,
        `
Dear Beatriz,

Then take them to Évora, with our blessing and two of Owen's blankets. I have locked the brass polish in the office.

How long would your uncle need?`,
      ),
      turn(
        'beatriz',
        40,
        `
He says: "until it is right". In my experience this is between ten and fourteen weeks, and one must not telephone before the ninth.`,
      ),
      turn('owen', 3, 'I have put the ninth week in my diary, and underlined it.'),
    ],
  },
  {
    mailbox,
    subject: 'Keeper’s logbooks, 1903 to 1911',
    ago: 377,
    with: ['ingrid', 'ada', 'owen'],
    turns: [
      turn(
        'ingrid',
        10,
        `
Kjære Ada,

The logbooks you found under the stairs are not quite what we hoped, they are better. Keeper Josiah Trew wrote the weather in the left column and in the right column, very small, what he thought about. On 9 March 1907: "Wind NW 9. Lamp trimmed at 2 and 4. A wren came in at the gallery door and stayed the night. I did not enter it as a visitor."

I would like to photograph all nine volumes before anybody else handles them. Two weeks, if the radiator holds.

Hilsen,
Ingrid`,
        { flags: ['\\Flagged'] },
      ),
      turn(
        'ada',
        4,
        `
I have read that line five times. Take the time you need; and could we have the wren on the wall of the lamp room?`,
      ),
      turn(
        'ingrid',
        22,
        `
The wren is yours. I am putting the first volume into a folder for you now; it is many pictures, so I have packed only four here.`,
        {
          files: () => [
            archive('trew-1907-sample.zip', [
              ['trew-1907-03-09.png', seascape(3, 200, 140)],
              ['trew-1907-03-10.png', seascape(2, 200, 140)],
              [
                'readme.txt',
                Buffer.from(
                  'Josiah Trew, logbook 5, pages for 9 and 10 March 1907.\r\nPhotographed at the Saltmere Archive. Please do not crop.\r\n',
                ),
              ],
            ]),
          ],
        },
      ),
    ],
  },
  {
    mailbox,
    subject: 'Rota for the open weekend',
    ago: 318,
    with: ['ada', 'owen', 'seun', 'nell', 'grace'],
    turns: [
      turn(
        'ada',
        0,
        `
Dear lamp room people,

The open weekend is three weeks away and so far the rota says "Owen" eighteen times. We need, for each of six half-days: one person at the foot of the stairs who can count to twelve, one in the lamp room who can say "please don't lean on that" kindly, and somebody at the gate.

Stairs: 113. Tea: provided. Please write back with the half-days you can do.`,
      ),
      turn(
        'seun',
        3,
        `Saturday, both halves. I will bring six of my year tens, who can count to twelve in four languages and will be delighted to tell grown-ups not to lean on things.`,
      ),
      turn(
        'nell',
        6,
        `I can't do stairs but I can do scones. Four dozen each day. Do you want the lighthouse ones with the jam stripe or is that too much?`,
      ),
      turn('ada', 1, `It is exactly enough. Jam stripe, please.`),
      turn(
        'grace',
        12,
        `I'll take the gate on Sunday, with the tin. If we let them in free and put the tin where they come out, experience says £3.40 a head.`,
      ),
    ],
  },
];
