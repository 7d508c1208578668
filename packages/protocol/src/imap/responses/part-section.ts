/** Sections of the parts of one multipart, by their number: those that most messages have are not made anew for each. */
const FIRST = sectionsBelow('');
const BELOW = FIRST.map(sectionsBelow);

function sectionsBelow(section: string): readonly string[] {
  const prefix = section === '' ? '' : `${section}.`;
  return Array.from({ length: 10 }, (_, index) => `${prefix}${index}`);
}

/** The section of the part with this number below another (RFC 3501 §6.4.5). */
export function below(section: string, number: number): string {
  if (number < 10) {
    if (section === '') return FIRST[number]!;
    if (section.length === 1) return BELOW[section.charCodeAt(0) - 0x30]![number]!;
  }
  return section === '' ? String(number) : `${section}.${number}`;
}
