import type { Conversation } from './conversation.ts';
import { turn } from './conversation.ts';
import { DAY, HOUR } from './letter.ts';
import { draft, event, paper, photo, table } from './files.ts';

const mailbox = 'Projects/Harbour wall';

/** The wall that keeps the sea out of Fore Street, most of the time. */
export const harbourWall: readonly Conversation[] = [
  {
    mailbox,
    subject: 'After Sunday’s tide',
    ago: 503,
    with: ['priya', 'ada', 'council'],
    turns: [
      turn(
        'priya',
        7,
        `
Dear Ada,

I walked the wall at low water this morning. Chainage 40 to 46, just past the second ladder: the pointing is gone to a depth of my forearm and there is a void behind the face that I can put a broom into. The wall is not going anywhere this winter. I would not say the same about the one after.

Please rope off the bench. It is a nice bench and it stands on the part I don't like.`,
        { files: () => [photo('chainage-42-low-water.png', 2)], flags: ['\\Flagged'] },
      ),
      turn(
        'ada',
        2,
        `Roped, with an apology to the bench. What should I ask the council for, in one sentence?`,
      ),
      turn(
        'priya',
        1,
        `"An emergency repair of six metres before October, and a survey of the other hundred and ten." Then stop writing; they pay by the word.`,
      ),
      turn(
        'council',
        49,
        `
Dear Ms Marlowe,

Thank you for your report concerning the harbour wall (our reference SC/HW/0231). An officer will attend within ten working days. In the meantime please do not carry out any works, including the removal of any bench.

Technical Services`,
      ),
    ],
  },
  {
    mailbox,
    subject: 'Lime, not cement',
    ago: 421,
    with: ['tomasz', 'priya', 'ada'],
    turns: [
      turn(
        'tomasz',
        13,
        `
Cześć,

The council's man was here with a bag of cement. I gave him coffee and showed him the piece they did in 1974: hard as a plate, and everything around it is eaten out. The old wall moves, it has to breathe, like a hull. You don't put a plank of steel in a wooden boat.

Priya, can you tell him the same thing but with numbers?`,
      ),
      turn(
        'priya',
        4,
        `
With numbers: hydraulic lime NHL 5, two and a half to one with sharp sand, placed between tides with burlap over it. Compressive strength a fifth of his, and that is the point of it.

I have written it up on one page so that it can be stapled to something.`,
        {
          files: () => [
            paper('note-lime-mortar.pdf', [
              'Harbour wall: mortar',
              'NHL 5 hydraulic lime, 1 : 2.5 sharp sand, by volume.',
              'Work between tides only. Cover with wet burlap. No frost.',
              'Do not use Portland cement anywhere in the existing wall.',
              'P. Raman',
            ]),
          ],
        },
      ),
      turn('ada', 6, `Stapled to the planning file, to the shed door, and to the council's man.`),
    ],
  },
  {
    mailbox,
    subject: 'Volunteers for the burlap',
    ago: 356,
    with: ['ada', 'tomasz', 'seun', 'margaret', 'grace'],
    turns: [
      turn(
        'ada',
        0,
        `
Dear friends of the wall,

From the 4th we point six metres, between tides, for nine days. Tomasz has four masons. What he needs from us is people who turn up at odd hours, keep the burlap wet, and keep dogs off it. The tides decide the hours: 5:40 on the first morning, then fifty minutes later each day.

There will be bacon.`,
      ),
      turn(
        'margaret',
        2,
        `I am awake at 5:40 anyway, at my age. Put me down for the first three, and tell the dogs I have raised four children.`,
      ),
      turn(
        'seun',
        5,
        `Two of mine on each afternoon tide, for their community hours. They have asked whether the bacon is negotiable. (Halal, vegetarian, and one who only eats toast.)`,
      ),
      turn('grace', 4, `Toast is in the budget. I've opened a line for it.`),
      turn(
        'tomasz',
        30,
        `Nine days, eleven tides, no frost, one dog. It is good work. In a hundred years somebody will swear at us for something, but not for this.`,
        { files: () => [photo('pointed.png', 1)] },
      ),
    ],
  },
  {
    mailbox,
    subject: 'Survey: the other hundred and ten metres',
    ago: 287,
    with: ['priya', 'ada', 'grace', 'council'],
    turns: [
      turn(
        'priya',
        10,
        `
Please find the survey attached, with the measurements as a table for whoever likes tables.

Short form: 70 metres sound, 28 metres to be pointed within five years, 12 metres (by the ice house) to be taken down and rebuilt. No voids as bad as last year's.

The wall is 240 years old and has been repaired badly eleven times that I can count. It has survived all of us.`,
        {
          files: () => [
            paper('harbour-wall-survey.pdf', [
              'Harbour wall, Saltmere: condition survey',
              'Length surveyed: 110 m, at low water springs.',
              'Sound 70 m. Point within five years 28 m. Rebuild 12 m.',
              'Nothing found that requires closing the quay.',
              'P. Raman, chartered engineer',
            ]),
            table('wall-measurements.csv', [
              ['chainage m', 'face', 'joint depth mm', 'void mm', 'class'],
              [0, 'granite', 12, 0, 'A'],
              [10, 'granite', 18, 0, 'A'],
              [20, 'granite', 15, 0, 'A'],
              [30, 'granite', 40, 0, 'B'],
              [40, 'rebuilt', 6, 0, 'A'],
              [50, 'granite', 22, 0, 'A'],
              [60, 'slate', 65, 30, 'B'],
              [70, 'slate', 70, 45, 'B'],
              [80, 'brick, 1974', 120, 160, 'C'],
              [90, 'granite', 35, 0, 'B'],
              [100, 'granite', 20, 0, 'A'],
              [110, 'granite', 14, 0, 'A'],
            ]),
          ],
        },
      ),
      turn('grace', 28, `The twelve metres by the ice house: is there a number, even a bad one?`),
      turn('priya', 2, `£86,000 in a good year. A bad number, but I have seen worse ones.`),
      turn(
        'council',
        160,
        `
Dear Ms Marlowe,

The survey has been received and will be considered by the Coastal Assets Sub-Committee at its next meeting. Members have asked me to convey that it was the first such document they have read to the end.

Technical Services`,
      ),
    ],
  },
  {
    mailbox,
    subject: 'The bench',
    ago: 231,
    with: ['margaret', 'ada', 'tomasz'],
    turns: [
      turn(
        'margaret',
        9,
        `
Dear Ada,

Now that the wall is mended, may the bench come back? My Arthur proposed to me on it, in a hail storm, and I have not liked sitting anywhere else since.`,
      ),
      turn(
        'ada',
        1,
        `It comes back on Friday. Tomasz has it in the shed and is doing something to it that he won't let me see.`,
      ),
      turn(
        'tomasz',
        50,
        `I only changed two slats and the feet. And put a small roof on the back, folded, for hail.`,
      ),
      turn(
        'margaret',
        3,
        `I have been to see it. I sat there until the ferry came in twice. Thank you, and tell that man he may come to tea.`,
        { flags: ['\\Flagged'] },
      ),
    ],
  },
  {
    mailbox,
    subject: 'Sub-committee on the 11th: who speaks?',
    ago: 118,
    with: ['council', 'ada', 'grace', 'priya'],
    turns: [
      turn(
        'council',
        10,
        `
Dear Ms Marlowe,

Item 6, Harbour wall, ice house section, will be taken at about 19:40. A representative of the Trust may address Members for three minutes. Slides cannot be shown, as the projector has been sent away.

Democratic Services`,
        {
          files: (date) => [
            event('sub-committee.ics', {
              uid: 'sc-coastal-11@saltmere-council.example',
              summary: 'Coastal Assets Sub-Committee, item 6',
              location: 'Council Chamber, Saltmere',
              description: 'Three minutes, no slides.',
              start: date + 5 * DAY,
              end: date + 5 * DAY + HOUR / 3,
              organizer: { name: 'Democratic Services', address: 'planning@saltmere-council.example' },
              attendee: { name: 'Ada Marlowe', address: 'ada@postern.example' },
            }),
          ],
        },
      ),
      turn(
        'grace',
        4,
        `Three minutes is a paragraph and a look. I vote for Ada to do the paragraph and Priya the look.`,
      ),
      turn(
        'ada',
        3,
        `
Here is the paragraph. I have timed it at 2:40 with a breath.

"In 1783 the town built a wall with its own hands, because nobody else was going to. It has cost every generation since about a week's work. We are asking you for ours."`,
      ),
      turn('priya', 1, `I have practised the look.`),
      turn('grace', 100, `Passed, seven to one, and the one thought it was item 5.`),
    ],
  },
  {
    mailbox,
    subject: 'Ice house: phasing, and a swallow',
    ago: 38,
    with: ['tomasz', 'priya', 'ada'],
    turns: [
      turn(
        'tomasz',
        8,
        `
We start at the north end because of the ladder, and because there is a pair of swallows in the south end with four young. They leave in September. The stones can wait for them, I asked the stones.

Plan attached. It is the third plan; the first two did not have swallows.`,
        {
          files: () => [
            draft('ice-house-phasing-3.docx', [
              'Ice house section, phasing, third plan',
              'Phase 1: chainage 80 to 86, north end, from the ladder. Numbered stones to the shed.',
              'Phase 2: chainage 86 to 92, after the swallows have left.',
              'Phase 3: coping, railing, bench socket.',
            ]),
          ],
        },
      ),
      turn('priya', 5, `Structurally there is no objection to swallows.`),
      turn('ada', 2, `Approved by the Trust, unanimously, with one abstention (me, I was watching them).`),
      turn(
        'tomasz',
        290,
        `Phase 1: 41 stones out, 41 numbered, one with a mason's mark like a fish. I put a photograph. Who can read marks?`,
        { files: () => [photo('mason-mark.png', 2)] },
      ),
    ],
  },
  {
    mailbox,
    subject: 'Stone 27',
    ago: 2.2,
    with: ['ingrid', 'ada', 'tomasz'],
    turns: [
      turn(
        'ingrid',
        3,
        `
The fish! It is Nathaniel Coad, who signed the church tower at Brackwater the same way in 1779. So he was here, and he was about twenty. In the vestry accounts of 1783 there is a line: "to N. Coad for the Wall and for his Finger, 11s." I always wondered.

Could stone 27 go back with the mark outwards this time?`,
        { flags: ['\\Flagged'] },
      ),
      turn('tomasz', 6, `It will go at the height of a hand. For his finger.`),
      turn(
        'ada',
        2,
        `I am going to tell this story to everybody who stands still for the next week. Thank you both.`,
      ),
      turn(
        'ingrid',
        18,
        `One more, from the same book, then I stop: "Pd. the Boys who held the Lanthorns, 4d." You see, there were always year tens.`,
      ),
    ],
  },
];
