import { EXTENSIONS } from '../../../packages/protocol/src/imap/extensions.ts';
import type { FeatureGroup } from './feature.ts';
import { appending } from './features/appending.ts';
import { changing } from './features/changing.ts';
import { connecting } from './features/connecting.ts';
import { extendedSearching } from './features/extended-searching.ts';
import { fetchExtensions } from './features/fetch-extensions.ts';
import { fetching } from './features/fetching.ts';
import { listing } from './features/listing.ts';
import { mailboxes } from './features/mailboxes.ts';
import { news } from './features/news.ts';
import { searching } from './features/searching.ts';
import { sharing } from './features/sharing.ts';
import { withOrWithout } from './features/with-or-without.ts';

/** The rows of the table, in its order. */
export const groups: readonly FeatureGroup[] = [
  connecting,
  mailboxes,
  listing,
  appending,
  fetching,
  fetchExtensions,
  changing,
  searching,
  extendedSearching,
  news,
  sharing,
  withOrWithout,
];

/** Announced capabilities that are no features of their own, and why. */
export const untried: Readonly<Record<string, string>> = {
  IMAP4REV1: 'all of them',
  'RIGHTS=': 'tells which letters ACL has',
  'QUOTA=RES-': 'tells what QUOTA counts',
  'LOGIN-REFERRALS': 'a server says it by the way, with nowhere to refer to',
};

/** Capabilities that Postern speaks, among those announced, that no feature asks for. */
export function unaskedFor(announced: ReadonlySet<string>): string[] {
  const spoken = EXTENSIONS.flatMap(({ capabilities }) => capabilities.map((name) => name.toUpperCase()));
  const asked = groups.flatMap(({ features }) => features.flatMap(({ capability = [] }) => capability));
  const fits = (name: string, pattern: string): boolean =>
    pattern.endsWith('…') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  return [...announced].filter((name) => {
    const pattern = spoken.find((each) => fits(name, each));
    if (pattern === undefined || Object.keys(untried).some((each) => name.startsWith(each))) return false;
    const stem = pattern.endsWith('…') ? pattern.slice(0, -1) : undefined;
    return !asked.some((each) => each === name || (stem && `${each}=`.startsWith(stem)));
  });
}
