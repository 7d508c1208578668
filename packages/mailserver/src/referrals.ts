/** Where a mailbox lives, when it is not here. */
export interface RemoteMailbox {
  /** `imap://host:port` of the server that has it. */
  readonly origin: string;
  /** Its name there, hierarchy separated by "/"; the same as here unless given. */
  readonly name?: string;
}

/** Where a user's mail lives, when it is not here. */
export interface RemoteHome {
  /** `imap://host:port` of the home server. */
  readonly origin: string;
  /** Nobody is signed in here: NO. Otherwise OK, with a hint that there is more elsewhere (RFC 2221 §4.1). */
  readonly refuse: boolean;
}

/** What this server sends its clients elsewhere for (RFC 2193, RFC 2221). Nothing at first; change it at any time. */
export interface Referrals {
  /** `imap://host:port` of this server, for a RENAME from elsewhere to here. */
  self?: string | undefined;
  /** By the account's name for it: mailboxes that live elsewhere with all below them, the preferred place first. */
  readonly mailboxes: Map<string, readonly RemoteMailbox[]>;
  /** By user name. */
  readonly users: Map<string, RemoteHome>;
  /** `imap://host:port`: whoever connects is sent there at once (RFC 2221 §4.2). */
  everybody?: string | undefined;
}

export function noReferrals(): Referrals {
  return { mailboxes: new Map(), users: new Map() };
}

/** URLs of a mailbox that lives elsewhere, or below one that does; undefined for any other. */
export function remoteUrls(referrals: Referrals, user: string, name: string): string[] | undefined {
  for (const [remote, places] of referrals.mailboxes) {
    if (name !== remote && !name.startsWith(`${remote}/`)) continue;
    return places.map(({ origin, name: there = remote }) =>
      mailboxUrl(origin, user, there + name.slice(remote.length)),
    );
  }
  return undefined;
}

/** `imap://user;AUTH=*@host:port/mailbox` (RFC 5092 §3, §4). */
export function mailboxUrl(origin: string, user: string, name: string): string {
  return serverUrl(origin, user, true) + name.split('/').map(encodeURIComponent).join('/');
}

/** `imap://user@host:port/`, with `;AUTH=*` where any mechanism will do. */
export function serverUrl(origin: string, user: string, anyMechanism: boolean): string {
  const { protocol, host } = new URL(origin);
  return `${protocol}//${encodeURIComponent(user)}${anyMechanism ? ';AUTH=*' : ''}@${host}/`;
}
