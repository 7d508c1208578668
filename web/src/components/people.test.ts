import { describe, expect, it } from 'vitest';
import { nameOf, namesOf } from './people.ts';

const person = (name: string, address: string) => ({ name, address });

describe('nameOf', () => {
  it.each([
    ['Ada Lovelace', 'ada@example.org', 'Ada Lovelace'],
    ['', 'ada@example.org', 'ada@example.org'],
    ['ADA@example.org', 'ada@example.org', 'ada@example.org'],
    ['service@bank.example', 'x@evil.example', 'x@evil.example'],
    ['Bank <service@bank.example>', 'x@evil.example', 'x@evil.example'],
  ])('%s <%s>', (name, address, expected) => {
    expect(nameOf(person(name, address))).toBe(expected);
  });
});

describe('namesOf', () => {
  it('keeps one name whole and shortens several', () => {
    const ada = person('Ada Lovelace', 'ada@example.org');
    const grace = person('Grace Hopper', 'grace@example.org');
    expect(namesOf([ada], 'me@example.org', 'me')).toBe('Ada Lovelace');
    expect(namesOf([ada, grace, person('', 'ME@example.org')], 'me@example.org', 'me')).toBe(
      'Ada, Grace, me',
    );
    expect(namesOf([], 'me@example.org', 'me')).toBe('');
  });
});
