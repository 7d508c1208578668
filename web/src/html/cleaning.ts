/** What goes through the cleaning of one mail: what is asked for, and what is found. */
import type { LinkCheck } from './link.ts';
import type { ColourReader, Palette } from './surface.ts';
import { imageSource } from './urls.ts';

/** What is gathered while a mail is cleaned. */
export interface Cleaning {
  readonly images: 'none' | 'remote';
  /** blob: URL of a part by its Content-ID or its Content-Location. */
  readonly resolveCid: (cid: string) => string | undefined;
  readonly findings: { remote: number; trackers: number; missing: Set<string>; links: LinkCheck[] };
  readonly palette: Palette;
  readonly read: ColourReader;
}

/** The address to load for an image, or undefined, with the reason counted, when there is none to load. */
export function imageToLoad(src: string, cleaning: Cleaning): string | undefined {
  const source = imageSource(src);
  if (source.kind === 'data') return source.url;
  if (source.kind === 'cid') {
    const url = cleaning.resolveCid(source.cid);
    if (url?.startsWith('blob:') === true) return url;
    cleaning.findings.missing.add(source.cid);
    return undefined;
  }
  const part = partAt(src, cleaning);
  if (part !== undefined) return part;
  if (source.kind === 'none') return undefined;
  if (cleaning.images === 'remote') return source.url;
  cleaning.findings.remote += 1;
  return undefined;
}

/** The part that came along with that very address as its Content-Location (RFC 2557): nothing is loaded from outside. */
export function partAt(src: string, cleaning: Cleaning): string | undefined {
  const url = cleaning.resolveCid(src.trim());
  return url?.startsWith('blob:') === true ? url : undefined;
}
