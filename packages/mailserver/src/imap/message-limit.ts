import type { Numbered } from './selected.ts';
import type { Session } from './session.ts';

/** Those of the messages that one command may work on. */
export interface Limited {
  readonly taken: Numbered[];
  /** MESSAGELIMIT with the lowest UID taken, when there are more (RFC 9738 §3.1). */
  readonly code: string | undefined;
}

/** As many of the highest messages as the profile allows in one command, then in descending order (RFC 9738 §3.1). */
export function withinLimit(session: Session, named: readonly Numbered[]): Limited {
  const { messageLimit } = session.host.profile;
  if (messageLimit === undefined || named.length <= messageLimit)
    return { taken: [...named], code: undefined };
  const taken = named.slice(-messageLimit).reverse();
  return { taken, code: `MESSAGELIMIT ${messageLimit} ${taken.at(-1)![1].uid}` };
}
