/** What came of a move, in the store. */
import type { MoveAction } from '../action.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import { indexOfKey } from '../rows.ts';
import { adopt } from '../same-message.ts';
import type { Uid } from '../../imap/types.ts';
import type { Truth } from '../truth.ts';
import { copiesAmong } from './copies-among.ts';
import { unsettled, validIn } from './copy-uids.ts';
import type { Arrived } from './copy-uids.ts';

/**
 * Folds the result into truth. Another connection may have fetched the copy as a new message already: then that one is the
 * double.
 */
export function foldMove(
  truth: Truth,
  action: MoveAction,
  from: Mailbox,
  to: Mailbox,
  arrived: Arrived,
): Promise<void> {
  return truth.change(async () => {
    const rows = await truth.rows(to.key);
    const source = await truth.rows(from.key);
    // Its mailbox may have been looked at before it was held: of one that is not known any more, the copy is a message of its own.
    const still = new Map([...arrived].filter(([key]) => indexOfKey(source, key) >= 0));
    const valid = await validIn(truth, to, still);
    const found = await copiesAmong(truth, action, from.key, rows, valid);
    const pairs: [MessageRow['key'], number][] = [];
    const moved = [...valid].map(([key, said]) => {
      const at = said === 0 ? (found.get(key) ?? -1) : rows.uids.indexOf(said);
      if (at >= 0) pairs.push([key, at]);
      return { key, uid: said === 0 && at >= 0 ? (rows.uids[at] as Uid) : said };
    });
    const { doubles, told, renamed } = await adopt(truth, rows, pairs);
    return {
      changes: [
        { kind: 'expunged', mailbox: to.key, keys: doubles },
        { kind: 'moved', from: from.key, to: to.key, rows: moved },
        { kind: 'flags', mailbox: to.key, rows: told },
        ...renamed,
        ...(moved.some(({ uid }) => uid === 0) ? await unsettled(truth, to) : []),
      ],
      result: undefined,
    };
  });
}
