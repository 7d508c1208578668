/** What was wrong with a part that could nevertheless be read. Nothing in `mime/` throws on what it is given to read. */
export type Defect =
  /** The label is not one that anybody knows; the text was guessed. */
  | 'charset-unknown'
  /** Octets beyond ASCII and no label; the text was guessed. */
  | 'charset-undeclared'
  /** The octets contradict the label; the text was read as something else. */
  | 'charset-misdeclared'
  /** Some octets are not text in that charset: U+FFFD stands for them. */
  | 'text-malformed';
