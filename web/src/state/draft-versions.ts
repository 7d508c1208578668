/** What became elsewhere of a draft that is here, by the versions of it that are on the server. Pure. */
import { partedVersions } from '@postern/protocol/sync';
import type { DraftVersion, MessageKey } from '@postern/protocol/sync';

/** A version that a person can open: a message of the Drafts mailbox, or what is on this device. */
export interface OpenableVersion extends DraftVersion {
  /** undefined: it is on this device. */
  readonly key: MessageKey | undefined;
  readonly draftId?: string | undefined;
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

/** Drafts of which there are several versions, each changed without the others, the one changed last first. */
export function partedDrafts(versions: readonly OpenableVersion[]): readonly (readonly OpenableVersion[])[] {
  return [...partedVersions(versions).values()].map((parted) =>
    parted.toSorted((a, b) => b.changed - a.changed || (b.key ?? Infinity) - (a.key ?? Infinity)),
  );
}

export type Elsewhere =
  /** There is another version of it. */
  | { readonly kind: 'changed'; readonly other: OpenableVersion & { readonly key: MessageKey } }
  | { readonly kind: 'sent' }
  /** Its version on the server is there no more: somebody has sent or removed it. */
  | { readonly kind: 'gone' };

/**
 * Of a draft that is being written.
 * @param own its version on the server, where it has one, and whether that is still there.
 * @param versions those in Drafts, its own or not.
 * @param sent those in Sent.
 */
export function elsewhere(
  line: string,
  own: { readonly version: DraftVersion | undefined; readonly there: boolean } | undefined,
  versions: readonly OpenableVersion[],
  sent: readonly DraftVersion[],
): Elsewhere | undefined {
  if (!own) return undefined;
  if (sent.some((each) => each.line === line)) return { kind: 'sent' };
  const mine = own.there ? own.version : undefined;
  const here: OpenableVersion = {
    line,
    version: mine?.version ?? 'here',
    before: mine?.before,
    key: undefined,
    subject: '',
    changed: Infinity,
  };
  const [other] = partedDrafts([here, ...versions.filter((each) => each.line === line)])
    .flat()
    .filter(({ key }) => key !== undefined);
  if (other?.key !== undefined) return { kind: 'changed', other: { ...other, key: other.key } };
  return own.there ? undefined : { kind: 'gone' };
}
