import { expect, it } from 'vitest';
import { grouped, rankedMatches } from './matching.ts';

const items = ['Archive', 'Projects / Lighthouse', 'Entwürfe', 'Lists / Light', 'Delight'].map((label) => ({
  label,
}));
const found = (typed: string) => rankedMatches(items, typed).map((item) => item.label);

it('keeps the order when nothing is typed', () => {
  expect(found('  ')).toEqual(items.map((item) => item.label));
});

it('puts beginnings of words before the inside of words', () => {
  expect(found('light')).toEqual(['Projects / Lighthouse', 'Lists / Light', 'Delight']);
  expect(found('archive')).toEqual(['Archive']);
});

it('takes several words in any place, and does not mind accents', () => {
  expect(found('pro lig')).toEqual(['Projects / Lighthouse']);
  expect(found('ENTWURFE')).toEqual(['Entwürfe']);
});

it('finds by what else is said of it, after all that is called so', () => {
  const folders = [
    { label: 'Archive', also: 'grace@example.org' },
    { label: 'Letters of Grace' },
    { label: 'Drafts', also: 'grace@example.org' },
  ];
  const names = (typed: string) => rankedMatches(folders, typed).map(({ label }) => label);
  expect(names('grace')).toEqual(['Letters of Grace', 'Archive', 'Drafts']);
  expect(names('arch grace')).toEqual(['Archive']);
});

it('finds nothing where there is nothing', () => {
  expect(found('zzz')).toEqual([]);
});

it('keeps those of one group together, in the order of the groups', () => {
  const items = ['a 1', 'a 2', 'b 1', 'b 2'].map((label) => ({ label, group: label[0] }));
  const found = grouped(rankedMatches(items, '1').concat(rankedMatches(items, '2')), items);
  expect(found.map(({ label }) => label)).toEqual(['a 1', 'a 2', 'b 1', 'b 2']);
});
