/** FETCH responses as unlike one another as mail is: every name, subject and file name another, all shapes of messages. */

const WORDS = (
  'harbour ledger minutes orchard budget lantern proposal window timetable garden meeting invoice sketch rehearsal ' +
  'Straße Überblick résumé 会議 отчёт draft photos river choir beehive archive letter season workshop agenda'
).split(' ');
const NAMES =
  'Ada Bilal Chen Dora Emre Femi Greta Hana Imre Jürgen Kaya Lena Mei Nadia Olu Petra Quinn Rosa'.split(' ');
const HOSTS = 'example.org mail.example.net lists.example.com uni.example students.uni.example'.split(' ');
const CHARSETS = ['utf-8', 'utf-8', 'us-ascii', 'iso-8859-1', 'windows-1252', 'iso-2022-jp'];
const ENCODINGS = ['7bit', 'quoted-printable', 'base64', '8bit'];
const FLAGS = [
  '',
  '\\Seen',
  '\\Seen',
  '\\Seen \\Answered',
  '\\Flagged',
  '\\Seen $Forwarded',
  '\\Seen $Work $Later',
  '\\Draft',
];
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A small generator with a seed: the same responses each time. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export class Generated {
  readonly #random: (below: number) => number;

  constructor(seed: number) {
    this.#random = random(seed);
  }

  /** `* n FETCH (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)` of `count` messages. */
  described(count: number): Buffer {
    return this.#lines(count, (n) => {
      const date = `"${this.#date()}"`;
      const size = 400 + this.#random(90_000);
      const envelope = this.#envelope(n);
      return `UID ${n} FLAGS (${this.#one(FLAGS)}) INTERNALDATE ${date} RFC822.SIZE ${size} ENVELOPE ${envelope} BODYSTRUCTURE ${this.#structure(n)}`;
    });
  }

  /** `* n FETCH (UID FLAGS MODSEQ)` of `count` messages. */
  flagged(count: number): Buffer {
    let modSeq = 715_194_045_007;
    return this.#lines(count, (n) => {
      modSeq += this.#random(50);
      return `UID ${n} FLAGS (${this.#one(FLAGS)}) MODSEQ (${modSeq})`;
    });
  }

  #lines(count: number, items: (n: number) => string): Buffer {
    const lines = Array.from({ length: count }, (_, i) => `* ${i + 1} FETCH (${items(i + 1)})\r\n`);
    return Buffer.from(lines.join(''));
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#random(list.length)]!;
  }

  #two(below: number): string {
    return String(this.#random(below)).padStart(2, '0');
  }

  #date(): string {
    const day = String(1 + this.#random(28)).padStart(2, ' ');
    return `${day}-${this.#one(MONTHS)}-${2005 + this.#random(20)} ${this.#two(24)}:${this.#two(60)}:${this.#two(60)} +0${this.#random(10)}00`;
  }

  /** A header value as servers give it: encoded words where it is not ASCII; a literal or an escaped quote now and then. */
  #text(value: string): string {
    if (/[^ -~]/.test(value)) return `"=?utf-8?B?${Buffer.from(value).toString('base64')}?="`;
    const odd = this.#random(40);
    if (odd === 0) return `{${value.length}}\r\n${value}`;
    return odd === 1 ? `"\\"${value}\\""` : `"${value}"`;
  }

  #phrase(words: number): string {
    return Array.from({ length: words }, () => this.#one(WORDS)).join(' ');
  }

  #address(): string {
    const name = this.#one(NAMES);
    const family = `${this.#one(WORDS)}${this.#random(1000)}`;
    const mailbox = `${Buffer.from(name).toString('hex').slice(0, 6)}.${this.#random(100_000)}`;
    const shown = this.#random(5) === 0 ? 'NIL' : this.#text(`${name} ${family}`);
    return `(${shown} NIL "${mailbox}" "${this.#one(HOSTS)}")`;
  }

  #addresses(most: number): string {
    const count = this.#random(most + 1);
    return count === 0 ? 'NIL' : `(${Array.from({ length: count }, () => this.#address()).join('')})`;
  }

  #envelope(n: number): string {
    const from = `(${this.#address()})`;
    const replyTo = this.#random(4) === 0 ? `(${this.#address()})` : from;
    const parent = this.#random(2) === 0 ? 'NIL' : `"<${this.#random(n) + 1}.${n}@${this.#one(HOSTS)}>"`;
    const date = `"Mon, ${1 + this.#random(28)} ${this.#one(MONTHS)} 2025 ${this.#two(24)}:${this.#two(60)}:00 +0000"`;
    const subject = this.#text(`${this.#phrase(2 + this.#random(6))} ${n}`);
    const to = this.#random(3) === 0 ? this.#addresses(8) : `(${this.#address()})`;
    const cc = this.#random(4) === 0 ? this.#addresses(6) : 'NIL';
    return `(${date} ${subject} ${from} ${from} ${replyTo} ${to} ${cc} NIL ${parent} "<${n}.${this.#random(1e9)}@${this.#one(HOSTS)}>")`;
  }

  #textPart(subtype: string): string {
    const head = `"text" "${subtype}" ("charset" "${this.#one(CHARSETS)}") NIL NIL "${this.#one(ENCODINGS)}"`;
    return `(${head} ${this.#random(50_000)} ${this.#random(900)} NIL NIL NIL NIL)`;
  }

  #attachment(n: number): string {
    const name = this.#text(`${this.#phrase(2)} ${n}.pdf`);
    return `("application" "pdf" ("name" ${name}) NIL NIL "base64" ${this.#random(900_000)} NIL ("attachment" ("filename" ${name})) NIL NIL)`;
  }

  #multipart(subtype: string, parts: readonly string[], n: number): string {
    return `(${parts.join('')} "${subtype}" ("boundary" "----=_Part_${n}_${this.#random(1e9)}") NIL NIL NIL)`;
  }

  #structure(n: number): string {
    const shape = this.#random(10);
    if (shape < 3) return this.#textPart('plain');
    const both = this.#multipart('alternative', [this.#textPart('plain'), this.#textPart('html')], n);
    if (shape < 6) return both;
    if (shape < 7) return this.#multipart('mixed', [this.#textPart('plain'), this.#attachment(n)], n);
    if (shape < 9) return this.#multipart('mixed', [both, this.#attachment(n), this.#attachment(n)], n);
    const forwarded = `("message" "rfc822" NIL NIL NIL "7bit" ${this.#random(90_000)} ${this.#envelope(n)} ${both} ${this.#random(900)} NIL NIL NIL NIL)`;
    return this.#multipart('mixed', [this.#textPart('plain'), forwarded], n);
  }
}
