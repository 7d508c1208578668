/** Mail that is hard to put in order and into conversations: subjects, dates and references as people and programs break them. */

export interface DisorderlyMessage {
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly internalDate: number;
}

const SUBJECTS = [
  undefined,
  '',
  'Re:',
  'Hello',
  'Re: Hello',
  'RE: hello',
  'Re: [list] Hello',
  '[list] Re: hello',
  '[list] hello',
  'Fwd: hello',
  'fw: [list] Fwd: hello (fwd)',
  'hello (fwd) (FWD) ',
  '[Fwd: Hello]',
  '[fwd: Re: [x] hello]',
  're [2] : hello',
  'AW: hello',
  'Re(2): hello',
  '[only a blob]',
  '[a] [b]',
  '[fwd: inner] outer',
  'Rearrange: the chairs',
  'zebra',
  'Zebra crossing',
  '=?utf-8?q?=C3=84rger?=',
  '=?iso-8859-1?q?Re:_=E4rger?=',
  'Arger',
  '=?utf-8?b?w4lsw6h2ZQ==?=',
  'eleve',
  '=?utf-8?q?=D0=BF=D1=80=D0=B8=D0=B2=D0=B5=D1=82?=',
  '=?utf-8?q?Re:_=D0=9F=D0=A0=D0=98=D0=92=D0=95=D0=A2?=',
  'tab\tand  spaces',
  'Re: tab and\r\n spaces',
  '10 things',
  '9 things',
];

const DATES = [
  undefined,
  'Tue, 01 Sep 2026 10:00:00 +0000',
  'Tue, 01 Sep 2026 10:00:00 +0200',
  'Tue, 01 Sep 2026 10:00:00 -0800',
  'Tue, 01 Sep 2026 08:00:00 +0000',
  'Mon, 31 Aug 2026 23:30:00 -0100',
  '1 Sep 2026 00:30 +0000',
  'Wed, 02 Sep 2026 12:34:56 GMT',
  'Wed, 2 Sep 2026 12:34:55 +0000',
  'Thu, 31 Dec 2026 16:01:33 -0800',
  'Fri, 01 Jan 2027 00:01:33 +0000',
];

const PEOPLE = [
  'ada@postern.example',
  'Grace Hopper <grace@postern.example>',
  '"Zoe, the last" <aaron@postern.example>',
  '=?utf-8?q?=C3=84gidius?= <zacharias@postern.example>',
  'ADA@elsewhere.example',
  '"bob and carol"@postern.example, dan@postern.example',
];

/** The first messages go through the subjects one by one; what else they have is drawn by the seed. */
export function disorder(count: number, seed: number): readonly DisorderlyMessage[] {
  const draw = drawing(seed);
  const one = <T>(list: readonly T[]): T => list[draw(list.length)]!;
  const known = (): string => `<m${draw(count)}@postern.example>`;
  return Array.from({ length: count }, (_, at) => {
    const subject = at < SUBJECTS.length ? SUBJECTS[at] : one(SUBJECTS);
    const date = one(DATES);
    const references = Array.from({ length: draw(4) }, () =>
      draw(5) === 0 ? `<gone${draw(6)}@x>` : known(),
    );
    const id = [`<m${at}@postern.example>`, `<"m${at}"@postern.example>`, known(), undefined][
      Math.max(0, draw(16) - 12)
    ];
    const fields: Readonly<Record<string, string | undefined>> = {
      From: one(PEOPLE),
      To: draw(6) === 0 ? undefined : one(PEOPLE),
      Cc: draw(3) === 0 ? one(PEOPLE) : undefined,
      Date: date,
      Subject: subject,
      'Message-ID': id,
      References: draw(2) === 0 ? references.join('\r\n ') || undefined : undefined,
      'In-Reply-To': draw(3) === 0 ? `${known()} (of somebody)` : undefined,
    };
    const header = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${value}`);
    const text = 'x'.repeat(draw(40));
    return {
      message: [...header, 'MIME-Version: 1.0', '', text, ''].join('\r\n'),
      internalDate: Date.UTC(2026, 8, 1 + draw(5), draw(24), draw(2)),
    };
  });
}

/**
 * Mail as it should be, for servers that do not sort to the letter: conversations that say whom they answer, in ASCII, no two
 * messages of one size, arrival or sent date, and not in the order of any of these.
 */
export function orderly(conversations: number, each: number, seed: number): readonly DisorderlyMessage[] {
  const draw = drawing(seed);
  const count = conversations * each;
  const ranks = [0, 1, 2].map(() => shuffled(count, draw));
  const messages = Array.from({ length: count }, (_, at): DisorderlyMessage => {
    const conversation = Math.floor(at / each);
    const [date = 0, arrival = 0, size = 0] = ranks.map((rank) => rank[at]!);
    const before = Array.from({ length: at % each }, (__, i) => `<${conversation}.${i}@postern.example>`);
    const letter = String.fromCharCode(97 + ((conversation * 7) % 26));
    const header = [
      `From: ${['Zoe', 'Ada', 'Max'][at % 3]} Person <person${at % 7}@postern.example>`,
      `To: somebody${at % 5}@postern.example`,
      `Cc: other${at % 4}@postern.example`,
      `Date: ${new Date(Date.UTC(2026, 8, 1, date)).toUTCString().replace('GMT', '+0000')}`,
      `Subject: ${at % each === 0 ? '' : 'Re: '}${letter}${conversation} matter`,
      `Message-ID: <${conversation}.${at % each}@postern.example>`,
      ...(before.length > 0 ? [`References: ${before.join(' ')}`] : []),
      'MIME-Version: 1.0',
    ].join('\r\n');
    return {
      message: `${header}\r\n\r\n${'x'.repeat(400 + size * 3 - header.length)}\r\n`,
      internalDate: Date.UTC(2026, 8, 1, 0, arrival * 7),
    };
  });
  return shuffled(count, draw).map((at) => messages[at]!);
}

function shuffled(count: number, draw: (limit: number) => number): number[] {
  const numbers = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at--) {
    const other = draw(at + 1);
    [numbers[at], numbers[other]] = [numbers[other]!, numbers[at]!];
  }
  return numbers;
}

/** Whole numbers below a limit, the same for the same seed. */
function drawing(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
