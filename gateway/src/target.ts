import { isIP } from 'node:net';

/** A mail service named by the administrator. A browser chooses among services, never among hosts. */
export interface Target {
  readonly service: 'imap' | 'submission';
  /** A host name or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first byte (RFC 8314). `starttls`: required, never skipped. `plain`: loopback only. */
  readonly security: 'tls' | 'starttls' | 'plain';
}

interface Scheme {
  readonly service: Target['service'];
  readonly port: number;
  /** undefined: plain on loopback, STARTTLS everywhere else. */
  readonly security: Target['security'] | undefined;
}

const schemes: ReadonlyMap<string, Scheme> = new Map([
  ['imaps:', { service: 'imap', port: 993, security: 'tls' }],
  ['imap:', { service: 'imap', port: 143, security: undefined }],
  ['imap+starttls:', { service: 'imap', port: 143, security: 'starttls' }],
  ['submissions:', { service: 'submission', port: 465, security: 'tls' }],
  ['submission:', { service: 'submission', port: 587, security: undefined }],
  ['submission+starttls:', { service: 'submission', port: 587, security: 'starttls' }],
  ['smtps:', { service: 'submission', port: 465, security: 'tls' }],
  ['smtp:', { service: 'submission', port: 587, security: undefined }],
]);

/** Whether bytes to this host never leave the machine. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** `imaps://host[:port]` and its kin, as a target; undefined when it is not one of them. */
export function parseTarget(service: Target['service'], text: string): Target | undefined {
  // Schemes that URL does not know keep the host unchecked, so it is read as an http URL, which does check it.
  const match = /^([a-z+]+:)\/\/([^/?#@]+)\/?$/i.exec(text.trim());
  const scheme = schemes.get(match?.[1]?.toLowerCase() ?? '');
  if (!match?.[2] || scheme?.service !== service || !URL.canParse(`http://${match[2]}`)) return undefined;
  const url = new URL(`http://${match[2]}`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const spelledPort = /:(\d+)$/.exec(match[2])?.[1];
  const port = spelledPort === undefined ? scheme.port : Number(spelledPort);
  if (port < 1 || port > 65535 || host === '') return undefined;
  return { service, host, port, security: scheme.security ?? (isLoopback(host) ? 'plain' : 'starttls') };
}

/**
 * The domain to complete a login name with: the mail server's own, without a first label that names the service.
 * `imap.example.org` and `mail.example.org` give `example.org`; an IP address gives `localhost`.
 */
export function domainOf(target: Target): string {
  if (isIP(target.host) !== 0) return 'localhost';
  return target.host.replace(/^(?:imaps?|mail|mx|secure|webmail)\d*\.(?=[^.]+\.)/i, '');
}
