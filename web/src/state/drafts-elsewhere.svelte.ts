/** Drafts that were changed, sent or removed elsewhere while they are here. */
import { lineOf, project, rowAt, settingQuery, versionIn } from '@postern/protocol/sync';
import type { DraftCopy, DraftVersion, MessageKey, Rows } from '@postern/protocol/sync';
import { descriptors } from './descriptors.svelte.ts';
import { commit, follow } from './device.ts';
import { elsewhere, partedDrafts } from './draft-versions.ts';
import type { Elsewhere, OpenableVersion } from './draft-versions.ts';
import { drafts } from './drafts.svelte.ts';
import { mailboxes } from './mailboxes.svelte.ts';
import { truth } from './truth.svelte.ts';

export type { Elsewhere, OpenableVersion } from './draft-versions.ts';

const SETTING = 'draftsToldOf';
/** Lines that the person was told of are remembered so far back. */
const REMEMBERED = 200;
/** Of Sent, in which what was sent elsewhere just now is looked for. */
const LATELY = 50;

class DraftsElsewhere {
  #told: readonly string[] = $state.raw([]);
  /** Of drafts that are being saved nothing is said: for a moment they are there twice. */
  readonly #saving: ReadonlySet<string> = $derived(
    new Set(truth.actions.flatMap((action) => (action.kind === 'save-draft' ? [action.draft] : []))),
  );
  /** In the Drafts mailbox, as it is shown. */
  readonly #there: readonly OpenableVersion[] = $derived.by(() => {
    const mailbox = mailboxes.byRole('drafts');
    const rows = mailbox && truth.rowsIn(mailbox.key);
    return rows ? versionsIn(rows) : [];
  });
  readonly #parted: readonly (readonly OpenableVersion[])[] = $derived.by(() => {
    const quiet = new Set(drafts.list.filter(({ id }) => this.#saving.has(id)).map(lineOf));
    const here = drafts.list.map((draft): OpenableVersion => {
      const { id, subject, changed, copy } = draft;
      const version = copy && ownVersion(copy).version;
      return {
        line: lineOf(draft),
        version: version?.version ?? id,
        before: version?.before,
        key: undefined,
        draftId: id,
        subject,
        changed,
      };
    });
    const shown = [...here, ...this.#there].filter(({ line }) => !quiet.has(line));
    return partedDrafts(shown).filter(([first]) => first && !this.#told.includes(first.line));
  });

  constructor() {
    follow(settingQuery<readonly string[]>(SETTING), (told) => {
      this.#told = Array.isArray(told) ? told : [];
    });
  }

  /** Drafts of which both versions are kept, and which the person was not told of yet: each the one changed last first. */
  get parted(): readonly (readonly OpenableVersion[])[] {
    return this.#parted;
  }

  /** @param copy its version on the server, as far as is known to who writes it. */
  of(id: string, line: string, copy: DraftCopy | undefined): Elsewhere | undefined {
    if (this.#saving.has(id) || this.#told.includes(line)) return undefined;
    const known = drafts.list.find((draft) => draft.id === id)?.copy ?? copy;
    if (!known) return undefined;
    return elsewhere(line, ownVersion(known), this.#there, versionsInSent());
  }

  /** Nothing more is said of it. */
  async dismiss(line: string): Promise<void> {
    const value = [line, ...this.#told.filter((each) => each !== line)].slice(0, REMEMBERED);
    this.#told = value;
    await commit([{ kind: 'setting', name: SETTING, value }]);
  }
}

function versionOf(key: MessageKey | undefined): DraftVersion | undefined {
  return key === undefined ? undefined : versionIn(descriptors.get(key)?.messageId ?? '');
}

/** `there`: or so it seems, while the device has not looked, or knows it by other UIDs. */
function ownVersion({ mailbox, uidValidity, uid, messageId = '' }: DraftCopy): {
  readonly version: DraftVersion | undefined;
  readonly there: boolean;
} {
  const rows = truth.rowsIn(mailbox);
  const sync = truth.known(mailbox)?.sync;
  const known = versionIn(messageId);
  if (!rows || sync?.uidValidity !== uidValidity || sync.uidNext <= uid)
    return { version: known, there: true };
  const at = rows.uids.indexOf(uid);
  if (at < 0) return { version: undefined, there: false };
  return { version: versionOf(rows.keys[at] as MessageKey) ?? known, there: true };
}

function versionsIn(rows: Rows): OpenableVersion[] {
  return Array.from({ length: rows.length }, (_, i) => rowAt(rows, i)).flatMap((truly) => {
    const row = project(truly, truth.overlays.get(truly.key));
    if (row?.mailbox !== truly.mailbox || row.flags.includes('\\Deleted')) return [];
    const version = versionOf(row.key);
    const { key, date: changed } = row;
    return version ? [{ ...version, key, changed, subject: descriptors.get(key)?.subject ?? '' }] : [];
  });
}

function versionsInSent(): DraftVersion[] {
  const mailbox = mailboxes.byRole('sent');
  const keys = (mailbox && truth.rowsIn(mailbox.key)?.keys) ?? new Uint32Array();
  return [...keys.slice(-LATELY)].flatMap((key) => versionOf(key as MessageKey) ?? []);
}

export const draftsElsewhere = new DraftsElsewhere();
