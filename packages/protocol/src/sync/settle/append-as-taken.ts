/** Putting a message whose header is UTF-8 (RFC 6532), as mail to an internationalised address is, where the server may mind it. */
import { CommandError } from '../../error.ts';
import { append, isUtf8Message } from '../../imap/index.ts';
import type { Appended, Appending, AppendOptions, MailboxName } from '../../imap/index.ts';
import type { Lane } from '../lane.ts';
import { codeOf } from '../outbox.ts';

/**
 * APPEND. Where UTF8=ACCEPT is enabled such a message goes in a form of its own (RFC 6855 §4), elsewhere as it is: nothing of it is
 * rewritten. Quirk: Courier announces that form, and refuses it; then it goes as it is, too.
 */
export async function appendAsTaken(
  lane: Lane,
  name: MailboxName,
  message: Appending,
): Promise<Appended | undefined> {
  try {
    return await lane.run(append(name, message));
  } catch (error) {
    if (!(error instanceof CommandError) || 'parts' in message) throw error;
    if (!(await isFormRefused(lane, message, error))) throw error;
    return lane.run(append(name, { ...message, form: 'plain' }));
  }
}

/** A refusal with a code is of something else: no such mailbox, no room. */
async function isFormRefused(lane: Lane, message: AppendOptions, error: CommandError): Promise<boolean> {
  if (error.status !== 'BAD' && codeOf(error) !== '') return false;
  if (message.form !== undefined) return false;
  const { enabled } = await lane.session();
  return enabled.has('UTF8=ACCEPT') && (message.utf8Header ?? isUtf8Message(message.message));
}
