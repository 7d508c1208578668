import type { Target } from './target.ts';

/** A host name or IPv4 address, or an IPv6 address in brackets; a port. Nothing that could mean two things. */
const spelled = /^(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d.-]*[a-z\d])?)(?::([1-9]\d{0,4}))?$/i;
/** What `imap://host` means without a port (RFC 5092 §3). */
const usualPort = 143;

/**
 * The IMAP servers that a referral may lead to (RFC 2193, RFC 2221): the configured one, and those that the administrator lists. A
 * person's password goes to no other, whatever a mail server or a browser says; and how it goes there, the list says.
 */
export class ListedServers {
  readonly #targets: readonly Target[];

  constructor(targets: readonly Target[]) {
    this.#targets = targets;
  }

  /**
   * `host[:port]`, as a URL or a browser has it, as the listed server that it is; undefined when it is none. A URL cannot say that
   * there is TLS: without a port, or with IMAP's usual one, it means whichever server of that host is listed first.
   */
  find(text: string): Target | undefined {
    const [, host, port] = spelled.exec(text) ?? [];
    const name = host && canonical(host);
    if (name === undefined) return undefined;
    const number = port === undefined ? usualPort : Number(port);
    const there = this.#targets.filter((target) => target.host === name);
    const exact = there.find((target) => target.port === number);
    return exact ?? (number === usualPort ? there[0] : undefined);
  }
}

/** As a target has it; undefined where it is no host. */
function canonical(host: string): string | undefined {
  if (!host.startsWith('[')) return host.toLowerCase();
  if (!URL.canParse(`http://${host}`)) return undefined;
  return new URL(`http://${host}`).hostname.slice(1, -1);
}
