/** For tests: a session whose server is the test. */
import { select, Session } from '../imap/index.ts';
import type { News, SelectedMailbox, SessionOptions } from '../imap/index.ts';
import { TestClock, Wire } from './wire.ts';

export interface Lab {
  readonly wire: Wire;
  readonly clock: TestClock;
  readonly session: Session;
  readonly news: News[];
  readonly defects: string[];
  /** The types of the news, and `defect: …`, in the order they came. */
  readonly log: string[];
}

/** `greeting` undefined: the server has said nothing yet. */
export function openSession(greeting: string | undefined, options: Partial<SessionOptions> = {}): Lab {
  const wire = new Wire();
  const clock = new TestClock();
  const news: News[] = [];
  const defects: string[] = [];
  const log: string[] = [];
  const session = new Session(wire, {
    clock,
    onNews: (item) => {
      news.push(item);
      log.push(item.type);
    },
    onDefect: (error) => {
      defects.push(error.message);
      log.push(`defect: ${error.message}`);
    },
    ...options,
  });
  if (greeting !== undefined) wire.say(greeting);
  return { wire, clock, session, news, defects, log };
}

/** Signed in, with these capabilities. */
export async function signedInSession(
  capabilities = 'IMAP4rev1',
  options: Partial<SessionOptions> = {},
): Promise<Lab> {
  const lab = openSession(`* PREAUTH [CAPABILITY ${capabilities}] hello`, options);
  await lab.session.ready;
  return lab;
}

/** INBOX selected, by P1, with what the server says of it. */
export async function selectedSession(
  said: readonly string[] = ['* 3 EXISTS', '* OK [UIDVALIDITY 9] v', '* OK [UIDNEXT 14] n'],
  capabilities = 'IMAP4rev1',
  options: Partial<SessionOptions> = {},
): Promise<Lab & { readonly mailbox: SelectedMailbox }> {
  const lab = await signedInSession(capabilities, options);
  const mailbox = lab.session.run(select('INBOX'));
  lab.wire.say(...said, 'P1 OK [READ-WRITE] done');
  await mailbox;
  await lab.wire.heard();
  return { ...lab, mailbox: await mailbox };
}
