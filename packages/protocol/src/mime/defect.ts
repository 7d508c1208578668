/** What was wrong with something that could nevertheless be read. Nothing in `mime/` throws on what it is given to read. */
export type Defect =
  /** The label is not one that anybody knows; the text was guessed. */
  | 'charset-unknown'
  /** Octets beyond ASCII and no label; the text was guessed. */
  | 'charset-undeclared'
  /** The octets contradict the label; the text was read as something else. */
  | 'charset-misdeclared'
  /** Some octets are not text in that charset: U+FFFD stands for them. */
  | 'text-malformed'
  /** The header has more fields, or is longer, than is read: the rest of its fields are left out. */
  | 'header-truncated'
  /** A field has more addresses, or is longer, than is read: the rest are left out. */
  | 'addresses-truncated'
  /** There are more parts, or deeper ones, than are read: they are left out. */
  | 'parts-truncated'
  /** A multipart does not say what parts its parts: it has none. */
  | 'boundary-missing'
  /** The last delimiter of a multipart is missing: the message was cut off. */
  | 'multipart-unclosed';
