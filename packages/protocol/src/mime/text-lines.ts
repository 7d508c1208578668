/** Deeper quotes are written at this depth. */
const MAX_QUOTE = 20;

/** Characters after which a line ends wherever it is: nobody wrote a paragraph this long. */
const MAX_LINE = 20_000;

/** Gathers text into lines as a browser would lay it out: white space collapsed, blocks apart, quotes marked. */
export class TextLines {
  readonly #lines: string[] = [];
  #line = '';
  /** Empty lines wanted before the next text: 0 … 1; −1: none, the line goes on. */
  #gap = -1;
  #space = false;
  /** The line holds but a list mark, which ends in a space. */
  #marked = false;
  #quote = 0;
  /** The depth of the line last ended. */
  #lastQuote = 0;
  /** Characters of the lines already ended. */
  #ended = 0;

  /** Characters so far. */
  get length(): number {
    return this.#ended + this.#line.length;
  }

  /** What was written since the length was `start`; at most the present line. */
  since(start: number): string {
    return this.#line.slice(Math.max(0, start - this.#ended));
  }

  flowing(text: string): void {
    const words = text.replace(/[ \t\n\r\f]+/g, ' ');
    const plain = words.replace(/^ | $/g, '');
    if (words.startsWith(' ')) this.#space = true;
    if (plain === '') return;
    this.#begin();
    if (this.#line.length > MAX_LINE) this.#end();
    this.#line += this.#space && this.#line !== '' && !this.#marked ? ` ${plain}` : plain;
    this.#space = words.endsWith(' ');
    this.#marked = false;
  }

  /** `pre`: line breaks and spaces as they are. */
  verbatim(text: string): void {
    for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
      if (index > 0) this.lineBreak();
      if (line === '') continue;
      this.#begin();
      if (this.#line.length > MAX_LINE) this.#end();
      this.#line += line;
    }
  }

  lineBreak(): void {
    this.#begin();
    this.#end();
  }

  /** A cell of a table: apart from what stands before it on the line. */
  gap(): void {
    if (this.#line !== '') this.#space = true;
  }

  /** A block begins or ends; `spaced`: with an empty line. */
  block(spaced: boolean): void {
    this.#gap = Math.max(this.#gap, spaced ? 1 : 0);
    this.#space = false;
  }

  /** Stands at the beginning of the next line. */
  mark(text: string): void {
    this.#begin();
    this.#line = text;
    this.#marked = true;
  }

  /** +1: a quote begins; −1: it ends. Between blocks only. */
  quote(change: 1 | -1): void {
    if (this.#line !== '') this.#end();
    this.#quote = Math.max(0, this.#quote + change);
  }

  text(): string {
    if (this.#line !== '') this.#end();
    return this.#lines.join('\n').replace(/^\n+|\n+$/g, '');
  }

  /** Ends the line, and adds the gap that was asked for, once it is known that something follows. */
  #begin(): void {
    const gap = this.#gap;
    this.#gap = -1;
    if (gap < 0) return;
    if (this.#line !== '') this.#end();
    const marks = Math.min(this.#lastQuote, this.#quote);
    if (gap === 1 && this.#lines.length > 0 && !/^>*$/.test(this.#lines.at(-1)!))
      this.#lines.push(quoteMarks(marks));
  }

  #end(): void {
    const marks = quoteMarks(this.#quote);
    const line = this.#line.trimEnd();
    this.#lines.push(marks === '' || line === '' ? marks + line : `${marks} ${line}`);
    this.#ended += this.#line.length + 1;
    this.#lastQuote = this.#quote;
    this.#line = '';
    this.#space = false;
    this.#marked = false;
  }
}

function quoteMarks(depth: number): string {
  return '>'.repeat(Math.min(depth, MAX_QUOTE));
}
