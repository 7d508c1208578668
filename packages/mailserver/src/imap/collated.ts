/**
 * What texts are compared by (i;unicode-casemap, RFC 5051): capitals where a letter has one of its own, accents apart from
 * their letters.
 */
export function collated(text: string): string {
  const capitals = Array.from(text, (letter) => {
    const capital = letter.toUpperCase();
    return capital.length === letter.length ? capital : letter;
  });
  return capitals.join('').normalize('NFKD');
}
