/** One message, opened. Make it while a component is being set up. Marks nothing as read by itself. */
import type { Attachment, Display } from '@postern/protocol/mime';
import { indexOfKey, project, rowAt } from '@postern/protocol/sync';
import type { Descriptor, EngineNote, MessageKey } from '@postern/protocol/sync';
import { untrack } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { engine } from '../engine/screen.ts';
import { safeAttachmentType } from '../html/attachment-type.ts';
import {
  attachmentName,
  blocksOf,
  displayOf,
  askedSectionsOf,
  isPreviewable,
  sealedOf,
  sectionsOf,
  imageType,
  imagePreviewed,
} from './body.ts';
import { connection } from './connection.svelte.ts';
import { descriptors } from './descriptors.svelte.ts';
import { downloads } from './downloads.svelte.ts';
import { outbox } from './outbox.svelte.ts';
import { packedSections, unpacked } from './packed.ts';
import type { PackedFile, Unpacked } from './packed.ts';
import { Parts } from './parts.svelte.ts';
import { rowView } from './row-view.ts';
import { truth } from './truth.svelte.ts';
import { unsubscribeBy } from './unsubscribe.ts';
import type { AttachmentView, Block, MessageView, RowView } from './views.ts';

type Unavailable = Extract<EngineNote, { note: 'unavailable' }>;

export class Reader {
  readonly #key: () => MessageKey | undefined;
  readonly #next: () => readonly MessageKey[];
  readonly #descriptor: Descriptor | undefined = $derived.by(() => {
    const key = this.#key();
    return key === undefined ? undefined : descriptors.get(truth.originalOf(key));
  });
  /** Whose parts are shown. */
  readonly #source: MessageKey | undefined = $derived.by(() => {
    const key = this.#key();
    return key === undefined ? undefined : truth.originalOf(key);
  });
  readonly #display = $derived(this.#descriptor && displayOf(this.#descriptor));
  /** Joined, so that a descriptor that was only given its preview starts nothing anew. */
  readonly #sections: string | undefined = $derived(this.#display && sectionsOf(this.#display).join(' '));
  readonly #previewed: SvelteSet<string> = new SvelteSet();
  #opened: Parts | undefined = $state.raw();
  readonly #parts: Parts | undefined = $derived.by(() =>
    this.#opened?.message === this.#source ? this.#opened : undefined,
  );
  #unavailable: Unavailable | undefined = $state.raw();

  readonly #row: RowView | undefined = $derived.by(() => {
    const key = this.#key();
    const rows = key === undefined ? undefined : truth.locate(key);
    if (key === undefined || !rows) return undefined;
    const overlay = truth.overlays.get(key);
    const row = project(rowAt(rows, indexOfKey(rows, key)), overlay);
    if (!row) return undefined;
    const role = truth.mailbox(row.mailbox)?.role;
    const isPrompt = connection.state === 'online' && !outbox.isLate(key);
    return rowView(row, this.#descriptor, overlay, role, isPrompt);
  });

  readonly #blocks: readonly Block[] = $derived.by(() => {
    const parts = this.#parts;
    if (!this.#display || !parts?.looked) return [];
    const missing = this.#unavailable?.reason ?? (connection.isOffline ? 'offline' : undefined);
    const own = blocksOf(this.#display, parts.here, (section) => parts.url(section), missing);
    return [...own, ...this.#packedBlocks(this.#display, parts, missing)];
  });

  readonly #unpacked: ReadonlyMap<string, Unpacked> = $derived.by(() => {
    const here = this.#parts?.here;
    return this.#display && here ? unpacked(this.#display, here) : new Map<string, Unpacked>();
  });

  readonly #cids: ReadonlyMap<string, string> = $derived.by(() => {
    const cids = new Map<string, string>();
    for (const { section, contentId, location } of this.#display?.related ?? []) {
      const bytes = this.#parts?.here.get(section);
      if (!bytes || imageType(bytes) === undefined) continue;
      if (contentId !== undefined) cids.set(contentId, section);
      if (location !== undefined) cids.set(location, section);
    }
    for (const { section, contentId } of this.#files) if (contentId !== '') cids.set(contentId, section);
    return cids;
  });

  readonly #files: readonly PackedFile[] = $derived(
    [...this.#unpacked.values()].flatMap(({ files }) => files),
  );

  readonly #attachments: readonly AttachmentView[] = $derived.by(() => {
    const inside = this.#unpacked;
    const own = (this.#display?.attachments ?? []).filter(
      ({ section }) => inside.get(section)?.whole !== true,
    );
    return [
      ...own.map((attachment) => this.#attachment(attachment)),
      ...this.#files.map((file) => this.#packedFile(file)),
    ];
  });

  readonly #message: MessageView | undefined = $derived.by(() => {
    const descriptor = this.#descriptor;
    const row = this.#row;
    if (!descriptor || !row) return undefined;
    const { from, to, cc, bcc, replyTo, sent, listId } = descriptor;
    const cids = this.#cids;
    const parts = this.#parts;
    return {
      ...row,
      from,
      to,
      cc,
      bcc,
      replyTo,
      sent,
      listId,
      unsubscribe: unsubscribeBy(descriptor.unsubscribe ?? []),
      receiptTo: descriptor.receiptTo ?? [],
      blocks: this.#blocks,
      attachments: this.#attachments,
      sealed: this.#display && sealedOf(this.#display),
      truncated: this.#display?.truncated ?? false,
      resolveCid: (cid) => {
        const section = cids.get(cid);
        return section === undefined ? undefined : parts?.url(section, this.#bytes(section));
      },
    };
  });

  /** @param next messages likely to be opened after this one: their text is fetched ahead. */
  constructor(key: () => MessageKey | undefined, next: () => readonly MessageKey[] = () => []) {
    this.#key = key;
    this.#next = next;
    $effect(() => {
      const message = this.#source;
      const sections = this.#sections;
      if (message === undefined || sections === undefined) return;
      untrack(() => {
        if (this.#opened?.message !== message) {
          this.#opened?.stop();
          this.#opened = new Parts(message);
          this.#previewed.clear();
        }
        this.#opened.want(sections === '' ? [] : sections.split(' '));
      });
    });
    $effect(() => this.#wish());
    $effect(() => {
      const unlisten = engine.listen((note) => {
        if (note.note === 'unavailable' && note.message === this.#source) this.#unavailable = note;
      });
      return () => {
        unlisten();
        this.#opened?.stop();
        engine.want('reader', undefined);
      };
    });
    $effect(() => {
      this.#key();
      // Back online, what was not to be had may be.
      if (connection.state === 'online') this.#unavailable = undefined;
      return () => (this.#unavailable = undefined);
    });
  }

  /** undefined: none chosen, not read yet, or gone. */
  get message(): MessageView | undefined {
    return this.#message;
  }
  /** True until the descriptor has been looked for. */
  get loading(): boolean {
    const key = this.#key();
    if (key === undefined || this.#message) return false;
    if (!truth.locate(key)) return !truth.rowsLoaded;
    // What had to go is fetched again.
    const isComing = !connection.isOffline && this.#unavailable === undefined;
    return isComing || !descriptors.knows(truth.originalOf(key));
  }
  /** It is not on this device, and there is no network. */
  get absent(): boolean {
    const key = this.#key();
    if (key === undefined || this.#message || !truth.locate(key)) return false;
    return connection.isOffline && this.#unavailable?.reason !== 'gone';
  }
  /** Fetches the attachment and gives it to the browser's downloads when it is whole. */
  download(section: string): void {
    const key = this.#key();
    const file = this.#files.find((each) => each.section === section);
    if (key !== undefined && file) return downloads.give(key, section, file.bytes, file.name);
    const attachment = this.#display?.attachments.find((each) => each.section === section);
    if (key !== undefined && attachment) void downloads.start(key, section, attachmentName(attachment));
  }
  cancel(section: string): void {
    const key = this.#key();
    if (key !== undefined) downloads.cancel(key, section);
  }
  /** Fetches a small image; its `preview` follows. */
  preview(section: string): void {
    this.#previewed.add(section);
    this.#parts?.want([section]);
  }

  #wish(): void {
    const key = this.#source;
    if (key === undefined) {
      engine.want('reader', undefined);
      return;
    }
    const here = this.#parts?.looked ? this.#parts.here : undefined;
    const images = here && this.#display ? [...askedSectionsOf(this.#display), ...this.#previewed] : [];
    engine.want('reader', {
      messages: [key, ...this.#next().filter((other) => other !== key)],
      parts: images.filter((section) => !here?.has(section)).map((section) => ({ message: key, section })),
    });
  }

  #bytes(section: string): Uint8Array | undefined {
    return this.#files.find((file) => file.section === section)?.bytes ?? this.#parts?.here.get(section);
  }

  /** What a winmail.dat says: where the message says nothing itself, all of it, otherwise only the messages in it. */
  #packedBlocks(display: Display, parts: Parts, missing: Parameters<typeof blocksOf>[3]): Block[] {
    const says = display.shown.some(({ kind }) => kind === 'plain' || kind === 'html');
    return packedSections(display).flatMap((section): readonly Block[] => {
      const blocks = this.#unpacked.get(section)?.blocks;
      const first = blocks?.findIndex(({ kind }) => kind === 'message') ?? -1;
      if (blocks) return says ? blocks.slice(first < 0 ? blocks.length : first) : blocks;
      if (says || parts.here.has(section)) return [];
      return missing === undefined
        ? [{ kind: 'loading', section }]
        : [{ kind: 'unavailable', section, reason: missing }];
    });
  }

  #packedFile({ section, name, type, bytes }: PackedFile): AttachmentView {
    const key = this.#key();
    return {
      section,
      name,
      type,
      size: bytes.length,
      ...risky(name, type, bytes),
      download: key === undefined ? undefined : downloads.get(key, section),
      preview: bytes.length <= imagePreviewed ? this.#parts?.url(section, bytes) : undefined,
      previewable: false,
    };
  }

  #attachment(attachment: Attachment): AttachmentView {
    const key = this.#key();
    const { section, type, estimatedSize, external, partial } = attachment;
    const name = attachmentName(attachment);
    return {
      section,
      name,
      type,
      size: estimatedSize,
      ...risky(name, type, this.#parts?.here.get(section)),
      download: key === undefined ? undefined : downloads.get(key, section),
      preview: this.#parts?.here.has(section) ? this.#parts.url(section) : undefined,
      previewable: isPreviewable(attachment),
      ...(external ? { elsewhere: external.place } : {}),
      ...(partial ? { piece: { number: partial.number, total: partial.total } } : {}),
    };
  }
}

/** `bytes`: where they are here; without them only the name tells. */
function risky(name: string, type: string, bytes?: Uint8Array): Pick<AttachmentView, 'risk'> {
  const { warning } = safeAttachmentType(name, type, bytes ?? new Uint8Array());
  return warning === undefined ? {} : { risk: warning };
}
