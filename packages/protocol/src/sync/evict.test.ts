import { expect, it } from 'vitest';
import { makeRoom } from './evict.ts';
import { DESCRIPTOR_OCTETS } from './kept.ts';
import { MemoryStore } from './memory-store.ts';
import type { MessageKey } from './model.ts';
import { fill, flagAction, inbox, sampleDraft } from './store-conformance/samples.ts';
import { actionsQuery, descriptorsQuery, draftsQuery, keptQuery, outgoingQuery, rowsQuery } from './store.ts';

/** More than the newest ones, of which the list stays. */
const MESSAGES = 260;
const TEXT = 100;
const FILE = 1000;

async function full(): Promise<{ readonly store: MemoryStore; readonly keys: readonly MessageKey[] }> {
  const store = new MemoryStore();
  const keys = await fill(store, MESSAGES);
  for (const message of keys) {
    const text = { message, section: '1', bytes: new Uint8Array(TEXT) };
    const file = { message, section: '2', bytes: new Uint8Array(FILE) };
    await store.commit([
      { kind: 'part', part: text },
      { kind: 'part', part: file, attachment: true },
    ]);
  }
  const [oldest] = keys;
  await store.commit([
    { kind: 'action', action: flagAction('a1', oldest as MessageKey) },
    { kind: 'outgoing', outgoing: { id: 'o1', bytes: new Uint8Array(5000) } },
    { kind: 'draft', draft: sampleDraft('d1') },
  ]);
  return { store, keys };
}

/** How much there is of each kind. */
async function left(store: MemoryStore, keys: readonly MessageKey[]) {
  const { texts, attachments } = await store.read(keptQuery(inbox));
  const count = (column: Uint32Array): number => column.filter((octets) => octets > 0).length;
  const descriptors = (await store.read(descriptorsQuery(keys))).size;
  return { attachments: count(attachments), texts: count(texts), descriptors };
}

it('attachments go before any text, texts before any descriptor; the oldest first, and of the list what it begins with stays', async () => {
  const { store, keys } = await full();
  const all = MESSAGES * (TEXT + FILE);
  // As much as a sixteenth of all bodies goes at least.
  await makeRoom(store, all / 16);
  const first = await left(store, keys);
  expect(first).toMatchObject({ texts: MESSAGES, descriptors: MESSAGES });
  expect(first.attachments).toBeLessThan(MESSAGES - 10);
  expect((await store.read(keptQuery(inbox))).attachments.at(-1)).toBe(FILE);

  // All attachments but that of the message that an action names, and some texts.
  await makeRoom(store, first.attachments * FILE);
  const second = await left(store, keys);
  expect(second).toMatchObject({ attachments: 1, descriptors: MESSAGES });
  expect(second.texts).toBeLessThan(MESSAGES);
  expect((await store.read(keptQuery(inbox))).texts.at(-1)).toBe(TEXT);

  await makeRoom(store, second.texts * TEXT + 10 * DESCRIPTOR_OCTETS);
  const third = await left(store, keys);
  expect(third).toMatchObject({ attachments: 1, texts: 1 });
  expect(third.descriptors).toBeLessThan(MESSAGES);
  expect(third.descriptors).toBeGreaterThan(MESSAGES - 20);

  await makeRoom(store, 1e9);
  expect(await left(store, keys)).toEqual({ attachments: 1, texts: 1, descriptors: 201 });
  const newest = keys.slice(-200);
  expect((await store.read(descriptorsQuery(newest))).size).toBe(200);
  expect((await store.read(rowsQuery(inbox))).length).toBe(MESSAGES);
});

it('what the person wrote, what is to be sent, and what is to be done never go', async () => {
  const { store, keys } = await full();
  await makeRoom(store, 1e9);
  await makeRoom(store, 1e9);
  expect((await store.read(outgoingQuery('o1')))?.bytes.length).toBe(5000);
  expect((await store.read(draftsQuery())).map(({ id }) => id)).toEqual(['d1']);
  expect((await store.read(actionsQuery())).map(({ id }) => id)).toEqual(['a1']);
  expect((await store.read(descriptorsQuery(keys.slice(0, 1)))).size).toBe(1);
});
