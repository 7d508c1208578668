import type { Account, Message } from '@postern/mailserver';

/** Subject of each message of a mailbox, as the server has it, in order of UID. None where there is no such mailbox. */
export async function subjectsIn(account: Account | undefined, mailbox: string): Promise<string[]> {
  return Promise.all(messagesIn(account, mailbox).map(subjectOf));
}

/** Subjects of those that have the flag. */
export async function flaggedIn(
  account: Account | undefined,
  mailbox: string,
  flag: string,
): Promise<string[]> {
  return Promise.all(
    messagesIn(account, mailbox)
      .filter(({ flags }) => flags.has(flag))
      .map(subjectOf),
  );
}

/** How often each subject is in the account, whatever mailbox it is in. */
export async function everywhere(account: Account | undefined): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { name } of account?.mailboxes.values() ?? []) {
    for (const subject of await subjectsIn(account, name))
      counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return counts;
}

function messagesIn(account: Account | undefined, mailbox: string): readonly Message[] {
  return account?.find(mailbox)?.messages ?? [];
}

async function subjectOf({ content }: Message): Promise<string> {
  const bytes = await content.read(0, Math.min(content.size, 4096));
  return /^Subject: (.*)\r$/m.exec(new TextDecoder().decode(bytes))?.[1] ?? '';
}
