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
];
