/** Mailboxes under whose name the server has another one (RFC 8474 §4): the list of mailboxes is to tell which is which. */
import type { MailboxStatus } from '../imap/types.ts';
import type { Mailbox, MailboxKey } from './model.ts';

/** Of mailboxes that seemed to have another name, and had it not, so many in a row are not believed any more. */
const STRIKES = 5;

export class Misnamed {
  readonly #keys = new Set<MailboxKey>();
  #strikes = 0;

  /** False once the server has said something else time and again, of mailboxes that stayed where they were: it is as without ids. */
  get isBelieved(): boolean {
    return this.#strikes < STRIKES;
  }

  /** True where the server has another mailbox under the name of this one, by what both say. */
  is(
    { mailboxId: known }: Pick<Mailbox, 'mailboxId'>,
    { mailboxId: said }: Pick<MailboxStatus, 'mailboxId'>,
  ): boolean {
    return this.isBelieved && known !== undefined && said !== undefined && known !== said;
  }

  add(key: MailboxKey): void {
    this.#keys.add(key);
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  has(key: MailboxKey): boolean {
    return this.#keys.has(key);
  }

  /** The list has told. `moved`: that one or more have another name. */
  settle(moved: boolean): void {
    if (moved) this.#strikes = 0;
    else if (!this.isEmpty) this.#strikes++;
    this.#keys.clear();
  }
}
