/** How people are named in rows and headers. */
import type { MailAddress } from '@postern/protocol/mime';

/**
 * The name a person gave themself, else the address. A name that is itself another address is how impostors
 * write theirs: then the real address is shown.
 */
export function nameOf({ name, address }: MailAddress): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.toLowerCase() === address.toLowerCase()) return address;
  return trimmed.includes('@') ? address : trimmed;
}

/** For a row: one whole name, or first names when there are several. */
export function namesOf(people: readonly MailAddress[], me: string, myWord: string): string {
  const names = people.map((person) =>
    person.address.toLowerCase() === me.toLowerCase() ? myWord : nameOf(person),
  );
  if (names.length <= 1) return names[0] ?? '';
  return names.map((name) => (name.includes('@') ? name : (name.split(/[\s,]+/)[0] ?? name))).join(', ');
}
