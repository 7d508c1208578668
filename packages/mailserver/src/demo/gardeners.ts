import type { Letter } from './letter.ts';
import { byDay, compose, DAY } from './letter.ts';
import { text } from './mime.ts';
import type { Person } from './people.ts';
import { people } from './people.ts';
import type { Random } from './random.ts';

/** A mailing list: Saltmere's gardeners, who answer each other at all hours. */

const LIST: Person = { name: 'Saltmere gardeners', address: 'gardeners@lists.saltmere.example', zone: 0 };

const members: readonly Person[] = [
  people.margaret,
  people.tomasz,
  people.nell,
  { name: 'Dilys Vaughan', address: 'dilys@hillside-plot.example', zone: 0 },
  { name: 'Imran Sheikh', address: 'imran.sheikh@roserow.example', zone: 0 },
  { name: 'Petra Novák', address: 'petra.novak@sklenik.example', zone: 60 },
  { name: 'Bram de Wit', address: 'bram@dewit-tulpen.example', zone: 60 },
  { name: 'Hattie Cole', address: 'hattie.cole@plot19.example', zone: 0 },
];

const [margaret, tomasz, nell, dilys, imran, petra, bram, hattie] = members as readonly [
  Person,
  Person,
  Person,
  Person,
  Person,
  Person,
  Person,
  Person,
];

type Thread = readonly [ago: number, subject: string, ...posts: ReadonlyArray<readonly [Person, string]>];

const threads: readonly Thread[] = [
  [
    529,
    'Broad beans under fleece?',
    [
      hattie,
      'First year on the plot. Do broad beans sown in November need fleece by the sea, or does the salt keep the frost off? I have read both, in the same book.',
    ],
    [margaret, 'No fleece. They like to be cross. What they do not like is a pigeon.'],
    [
      dilys,
      'Fleece is for people who want to look at fleece all winter. Aquadulce, two inches down, forget them until February.',
    ],
    [hattie, 'Forgetting is what I am best at. Thank you!'],
  ],
  [
    496,
    'Seaweed: whose, how much, when',
    [
      imran,
      'After the storm there is a metre of kelp on the north beach. May one take it? Is there an etiquette?',
    ],
    [
      tomasz,
      'One may. A barrow per plot per tide, not from the strand line with the plovers, and you help the next one up the ramp.',
    ],
    [margaret, 'And do not wash it first, whatever they say. My asparagus has had it raw since 1979.'],
  ],
  [
    452,
    'Sweet pea seeds to give away',
    [
      dilys,
      'I have about four hundred of "Lord Nelson" and no self-control. Envelopes in the blue box by the tap, please take them before I sow the drive.',
    ],
    [nell, 'Took two. If they come up, the kitchen windows are yours to look at.'],
    [petra, 'Děkuji, took one. Where I come from we say: who gives seeds, has always a door to knock.'],
  ],
  [
    417,
    'Slugs, a census',
    [
      bram,
      'I counted 61 on one hosta, with a lamp, at eleven at night. My wife has asked me to share this with people who would understand.',
    ],
    [hattie, 'We understand. 44, lettuces.'],
    [imran, '0. I have two ducks. They are available for lending by the hour and work for slugs only.'],
    [bram, 'The ducks came. The ducks saw. Sir, I would like to buy you a drink.'],
    [margaret, 'Please could the next census be held somewhere other than my front path.'],
  ],
  [
    371,
    'The big pear on Rope Lane',
    [
      nell,
      'The old pear by the ropewalk is dropping fruit nobody picks. Does anybody know what it is? Small, russet, hard as doors.',
    ],
    [
      dilys,
      'That is a Black Worcester, or its cousin. Pick in October, keep in straw, do not dream of eating it before Christmas, then stew for three hours with cloves.',
    ],
    [nell, 'Stewed for three hours with cloves. We now have a queue. I owe the tree an apology.'],
  ],
  [
    340,
    'Plot 7 waiting list',
    [
      margaret,
      'Plot 7 will be free from Lady Day. There are nine names on the list and the first is Hattie, who has had half of 19 for a year and grown more in it than some of us have in a whole one. Objections to me, in person, on the bench.',
    ],
    [tomasz, 'No objections. I fear the bench.'],
    [hattie, 'I am so happy that I have told the beans.'],
  ],
  [
    292,
    'Blight warning',
    [
      imran,
      'Two nights above ten degrees and everything dripping: that is a full Hutton period as of this morning. If you have potatoes under glass you may laugh; the rest of us should be cutting haulms by the weekend.',
    ],
    [dilys, 'Cut mine. Felt like a barber.'],
    [petra, 'Question: if the leaf has one spot only, is it blight, or only life?'],
    [
      imran,
      'Hold it to the light. If there is a pale halo and white fluff under it in the morning, it is blight. If it is only brown, it is life.',
    ],
  ],
  [
    258,
    'Wind, again',
    [
      bram,
      'Force nine took my polytunnel to plot 12. I have apologised to plot 12. Plot 12 says it can stay if it brings the tomatoes.',
    ],
    [hattie, 'Plot 12 is me this week (I am watering). The tomatoes are staying.'],
    [
      tomasz,
      'I bring rope tomorrow. Proper rope. We shall tie it to something that was here before plastic.',
    ],
  ],
  [
    211,
    'Nettle soup: the facts',
    [
      nell,
      'Before anybody says it: yes with gloves, yes only the tops, no it does not sting once it is hot, and yes I will put the recipe here. 200 g nettle tops, a leek, two potatoes, a litre of stock, nutmeg. Twenty minutes. Cream if your doctor is away.',
    ],
    [margaret, 'I made it. Arthur’s mother used to make it. I had to sit down.'],
    [imran, 'Made it. The ducks watched with an expression.'],
  ],
  [
    166,
    'Irises for the bench',
    [
      margaret,
      'I should like to plant something by the bench that does not mind salt, hail, or being sat next to. Suggestions?',
    ],
    [bram, 'Iris, the old blue one. I have forty rhizomes in a crate and they have been looking at me.'],
    [dilys, 'Sea holly behind. It will see off the dogs.'],
    [margaret, 'Iris and sea holly, Saturday at ten. Bring a trowel and a flask.'],
  ],
  [
    121,
    'Bees in the sluice wall',
    [
      petra,
      'There is a swarm in the wall by the sluice, as large as a rugby ball. They are very polite. Whom do I call?',
    ],
    [tomasz, 'Me, I call my cousin. He comes with a box and no hat, don’t be afraid.'],
    [
      petra,
      'He came, he talked to them, they went in the box. I have never seen anybody be so calm with twenty thousand women.',
    ],
  ],
  [
    83,
    'Cucumbers: help',
    [
      hattie,
      'I planted twelve because the packet said "some may fail". None failed. None has failed for nine weeks. I have left cucumbers on the steps of people I do not know.',
    ],
    [nell, 'That was you?! Pickled 40 jars. Come and take six.'],
    [dilys, 'Next year: two plants. It is always two plants.'],
    [bram, 'My mother would say: a person with too many cucumbers has never been lonely.'],
  ],
  [
    49,
    'Show bench, categories',
    [
      imran,
      'For the autumn show I propose a new class: "Vegetable most resembling a member of the committee (kindly meant)".',
    ],
    [margaret, 'Seconded, and I withdraw my parsnip from all other classes.'],
    [dilys, 'How does one judge kindly?'],
    [imran, 'By whether the member laughs.'],
  ],
  [
    24,
    'Rain gauge',
    [bram, '41 mm since Sunday, the most since I have had the gauge. Butts full, path gone, spirits good.'],
    [hattie, '38 mm on plot 7. I have a pond now. There is already a frog in it, so it is official.'],
    [petra, 'In the greenhouse 0 mm, as intended!'],
  ],
  [
    9.4,
    'Garlic: in by when?',
    [
      hattie,
      'Is it too late for garlic? The man on the radio says the shortest day, the packet says October and Dilys was seen planting some yesterday in her slippers.',
    ],
    [dilys, 'They were clogs. It is not too late until you can no longer find the ground.'],
    [margaret, 'Plant on the shortest day, lift on the longest. It rhymes if you are tired.'],
  ],
  [
    3.6,
    'Lanterns for Saturday',
    [
      nell,
      'For the walk up to the Head: we need jam jars, wire, and tea lights. I have 60 jars. Has anybody got wire that is not barbed?',
    ],
    [
      tomasz,
      'Soft wire, 200 m, at the slip. I twist the handles on Friday from four, who helps gets coffee.',
    ],
    [imran, 'I help. 90 jars in my shed, washed, some still say chutney.'],
    [petra, 'I come also, with my daughters. They ask if the ducks can carry a light. (No.)'],
  ],
  [
    0.7,
    'Frost on Sunday night',
    [imran, 'Minus two forecast for Sunday night, clear sky, no wind. Dahlias, pelargoniums, Bram.'],
    [bram, 'I shall be brought in.'],
  ],
];

/** All posts, as the list sent them out. Those of the last months are partly unread. */
export function gardeners(now: number, random: Random): Letter[] {
  const letters: Letter[] = [];
  for (const [ago, subject, ...posts] of threads) {
    const ids: string[] = [];
    let date = now - ago * DAY;
    for (const [index, [from, says]] of posts.entries()) {
      if (index > 0) date += random.between(20, 500) * 60_000;
      date = Math.min(byDay(date, now), now - random.between(12, 50) * 60_000);
      const id = `${date.toString(36)}.${random.between(1000, 9999)}@${from.address.split('@')[1]}`;
      const footer =
        '\n_______________________________________________\ngardeners mailing list\n' +
        'Rules: be kind, sign your name, say which plot\nhttps://lists.saltmere.example/gardeners\n';
      const signed = `${says}\n\n${from.name.split(' ')[0]}\n`;
      const heading = {
        from,
        to: [LIST],
        subject: `${index === 0 ? '' : 'Re: '}[gardeners] ${subject}`,
        date,
        id,
        references: [...ids],
        charset: 'utf-8',
        more: [
          ['Sender', '<gardeners-bounces@lists.saltmere.example>'],
          ['List-Id', 'Saltmere gardeners <gardeners.lists.saltmere.example>'],
          ['List-Post', '<mailto:gardeners@lists.saltmere.example>'],
          ['List-Archive', '<https://lists.saltmere.example/gardeners/>'],
          [
            'List-Unsubscribe',
            '<mailto:gardeners-leave@lists.saltmere.example>, <https://lists.saltmere.example/leave>',
          ],
          ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
          ['Precedence', 'list'],
        ] as const,
      };
      const quote = index === 0 ? '' : `> ${posts[index - 1]![1].split('. ')[0]}\n\n`;
      const seen = now - date > 30 * DAY || random.chance(now - date > 4 * DAY ? 0.6 : 0.25);
      letters.push({
        mailbox: 'Lists/gardeners',
        date: date + 20_000,
        flags: seen ? ['\\Seen'] : [],
        content: compose(heading, text(quote + signed + footer, { flowed: random.chance(0.3) })),
        parties: [],
      });
      ids.push(id);
    }
  }
  return letters;
}
