/**
 * Safety rules, each with a way to break it: exact pieces of source and what stands there instead. The simulation has to catch
 * every one. `seed`: a history known to; where it no longer does, another is looked for.
 */
const sync = 'packages/protocol/src/sync/';

/** With QRESYNC nobody counts: a second net, which would catch what the first one let through. */
const uncounted = {
  file: `${sync}seek-agreement.ts`,
  from: '  if (sync.from > 1) return progress.counted(arrived);',
  to: '  if (sync.from > 1 || lane.resynced) return progress.counted(arrived);',
};
/** Nobody minds UIDs that are named and not known: the second net under the cursor. */
const unminded = [
  { file: `${sync}compare-uids.ts`, from: 'lane.noticed.unknown.add(uid as Uid);', to: ';' },
  { file: `${sync}absorb.ts`, from: 'else unknown.add(message.uid);', to: '' },
];

export const mutants = [
  {
    rule: 'An upload whose receipt was lost is looked for, never just sent again',
    source: 'RFC 4549 §4.2.1',
    seed: 36,
    change: [
      {
        file: `${sync}settle/upload.ts`,
        from: 'const tried = action.noted !== undefined;',
        to: 'const tried = false;',
      },
    ],
  },
  {
    rule: 'HIGHESTMODSEQ is kept only together with the changes that it covers',
    source: 'RFC 7162 §3.2',
    seed: 38,
    change: [
      {
        file: `${sync}catch-up.ts`,
        from: '  return mailbox && { mailbox, selected };',
        to: `  await truth.updateMailbox(key, (now) => ({
    ...now,
    sync: { ...now.sync, highestModSeq: selected.highestModSeq ?? 0n },
  }));
  return mailbox && { mailbox, selected };`,
      },
    ],
  },
  {
    rule: 'Without UIDPLUS, EXPUNGE never takes what others have marked',
    source: 'RFC 4549 §4.2.4',
    seed: 77,
    change: [
      {
        file: `${sync}settle/remove.ts`,
        from: 'const others = marked.filter((uid) => !ours.has(uid));',
        to: 'const others: Uid[] = [];',
      },
    ],
  },
  {
    rule: '\\Deleted is never set before COPY said OK',
    source: 'RFC 4549 §4.2.2',
    seed: 87,
    change: [
      {
        file: `${sync}settle/move.ts`,
        from: 'const copied = await tellingFirst(lane, step, () => lane.runFirst(command));',
        to: `const value = lane.runFirst(command);
      value.catch(() => undefined);
      const copied: { value: typeof value; told: undefined } = { value, told: undefined };`,
      },
    ],
  },
  {
    rule: 'A new UIDVALIDITY voids all UIDs that were learnt before',
    source: 'RFC 4549 §4.1',
    seed: 41,
    change: [
      {
        file: `${sync}lane.ts`,
        from: 'if (!this.#isOther(state, mailbox)) return;',
        to: 'if (state) return;',
      },
    ],
  },
  {
    rule: 'Pending uploads and mail outlive a new UIDVALIDITY',
    source: 'RFC 4549 §4.1',
    seed: 20,
    change: [
      {
        file: `${sync}uid-validity.ts`,
        from: "    changes.push(\n      { kind: 'mailbox-removed'",
        to: `    for (const action of await truth.store.read({ kind: 'actions' } as never) as never[])
      if (action.kind === 'upload') changes.push({ kind: 'action-removed', id: action.id });
    changes.push(
      { kind: 'mailbox-removed'`,
      },
    ],
  },
  {
    rule: 'VANISHED is taken in whichever command it came with',
    source: 'RFC 7162 §3.2.10',
    seed: 9,
    change: [
      {
        file: `${sync}hearing.ts`,
        from: "      case 'vanished':\n",
        to: "      case 'vanished':\n        if (!this.listening) return;\n",
      },
      uncounted,
    ],
  },
  {
    rule: 'A message that may have been submitted is never sent again in silence',
    source: 'RFC 5321 §4.5.4, RFC 1047',
    seed: 15,
    change: [
      {
        file: `${sync}settle/send.ts`,
        from: 'if (isUncertain(error)) {',
        to: 'if (isUncertain(error) && false) {',
      },
    ],
  },
  {
    rule: 'The cursor never moves past UIDs that were not read',
    source: 'RFC 4549 §4.3.1',
    seed: 45,
    change: [
      {
        file: `${sync}catch-up.ts`,
        from: '      const { highest, found } = await fetchDescriptors(lane, step.first, step.last ?? LAST_UID, {\n',
        to: `      await truth.updateMailbox(mailbox.key, (now) => ({
        ...now,
        sync: { ...now.sync, uidNext: Math.max(now.sync.uidNext, selected.uidNext ?? 1) },
      }));
      const { highest, found } = await fetchDescriptors(lane, step.first, step.last ?? LAST_UID, {
`,
      },
      ...unminded,
    ],
  },
  {
    rule: 'What an answer lacks is removed only when the answer is whole',
    source: 'RFC 4549 §4.3.1',
    seed: 134,
    change: [
      {
        file: `${sync}compare-flags.ts`,
        from: '  } finally {\n    lane.seen = undefined;\n  }',
        to: '  } catch {\n  } finally {\n    lane.seen = undefined;\n  }',
      },
      {
        file: `${sync}compare-flags.ts`,
        from: 'if (!whole || untold || seen.size !== lane.noticed.exists) {',
        to: 'if (false) {',
      },
    ],
  },
  {
    rule: 'Flags are changed by what differs, never replaced',
    source: 'RFC 4549 §4.2.3',
    seed: 10,
    change: [
      {
        file: 'packages/protocol/src/imap/commands/change.ts',
        from: "`${mode === 'add' ? '+' : '-'}FLAGS${silent ? '.SILENT' : ''}`",
        to: "`${mode === 'add' ? '' : '-'}FLAGS${silent ? '.SILENT' : ''}`",
      },
    ],
  },
  {
    rule: 'What was cut off is never kept as the whole',
    source: 'RFC 3501 §6.4.5',
    seed: 31,
    change: [
      {
        file: `${sync}fetch-parts.ts`,
        from: 'binary: decoded.has(part) }',
        to: 'binary: decoded.has(part), origin: 0, count: 4096 }',
      },
    ],
  },
  {
    rule: 'A message without a UID is waited for: no placeholder is put on the wire, nor is it passed over',
    source: 'RFC 4549 §4.2.2.1',
    seed: 15,
    change: [
      {
        file: `${sync}settle/context.ts`,
        from: 'if (waiting.length === 0) return;',
        to: 'if (waiting.length >= 0) return;',
      },
    ],
  },
  {
    rule: 'An action that failed never blocks the others',
    source: 'the outbox',
    seed: 3,
    change: [
      {
        file: `${sync}outbox.ts`,
        from: "if (name === 'failed' || name === 'uncertain') continue;",
        to: "if (name === 'failed' || name === 'uncertain') break;",
      },
    ],
  },
  {
    rule: 'A move whose receipt was lost is looked for in both mailboxes, never taken for done',
    source: 'RFC 4549 §4.2.2',
    seed: 72,
    change: [
      {
        file: `${sync}settle/move.ts`,
        from: '? await goOn(settling, action, from, to, rows)',
        to: '? { arrived: new Map(rows.map(({ key }) => [key, 0 as const])), more: false }',
      },
    ],
  },
  {
    rule: 'What may be on another server is looked for there, never put there again',
    source: 'RFC 4549 §4.2.2.4',
    seed: 594,
    change: [
      {
        file: `${sync}settle/move-in-doubt.ts`,
        from: '  return appendedSince(settling, action, to, unsure);',
        to: '  return new Map();',
      },
    ],
  },
  {
    rule: 'A check that finds nothing never passes for having found it',
    source: 'RFC 4549 §4.2.1',
    seed: 13,
    change: [
      {
        file: `${sync}settle/upload.ts`,
        from: 'find().then(({ length }) => length > 0),',
        to: 'find().then(({ length }) => length >= 0),',
      },
    ],
  },
  {
    rule: 'A draft leaves this device only when its newest version is on the server for certain',
    source: 'RFC 4549 §2',
    seed: 46,
    change: [
      {
        file: `${sync}settle/save-draft.ts`,
        from: 'const newest = changed === action.tried?.version;',
        to: 'const newest = true;',
      },
    ],
  },
  {
    rule: 'UIDs are named only in the mailbox that they are of',
    source: 'RFC 3501 §2.3.1.1',
    seed: 7620,
    change: [
      {
        file: `${sync}settle/context.ts`,
        from: 'if (uidValidity !== 0 || servers.home.selected !== selected) throw new NotYet();',
        to: '',
      },
      {
        file: `${sync}settle/move.ts`,
        from: '      await lane.select(from, { uids });\n      const copied',
        to: '      const copied',
      },
      {
        file: `${sync}settle/move.ts`,
        from: '  await lane.select(from, { uids });\n  let together',
        to: '  let together',
      },
    ],
  },
  {
    rule: 'What the device had no room for is not taken for kept',
    source: 'the store',
    seed: 37,
    change: [
      {
        file: `${sync}truth.ts`,
        from: 'if (changes.length > 0) await this.store.commit(changes);',
        to: 'if (changes.length > 0) await this.store.commit(changes).catch(() => undefined);',
      },
    ],
  },
  {
    rule: 'What was begun on a connection that is lost is not done again while the server may still do it',
    source: 'RFC 4549 §4.2.1',
    seed: 61,
    change: [
      {
        file: `${sync}acting.ts`,
        from: 'this.#resting.set(id, Math.max(this.#resting.get(id) ?? 0, until));',
        to: 'void until;',
      },
    ],
  },
];
