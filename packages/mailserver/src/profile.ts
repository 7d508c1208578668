/** The capabilities this server has, each of which a profile can take away (RFC 3501 §6.1.1 and each one's RFC). */
export const CAPABILITIES = [
  'SASL-IR',
  'LITERAL+',
  'ID',
  'ENABLE',
  'IDLE',
  'NAMESPACE',
  'CHILDREN',
  'UIDPLUS',
  'MOVE',
  'SPECIAL-USE',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'CONDSTORE',
  'UNSELECT',
] as const;

export type CapabilityName = (typeof CAPABILITIES)[number];

/** How the server behaves within what the RFCs allow. */
export interface Profile {
  readonly name: string;
  /** Capabilities not named here are on. What is off is refused with BAD and leaves no trace in responses. */
  readonly capabilities?: Readonly<Partial<Record<CapabilityName, boolean>>>;
  /** Hierarchy separator; "/" unless given, null for a server without hierarchy. */
  readonly separator?: '/' | '.' | null;
  /** Prefix of personal mailboxes other than INBOX, with its separator, e.g. `INBOX.`; empty unless given. */
  readonly prefix?: string;
}

const none = Object.fromEntries(CAPABILITIES.map((name) => [name, false])) as Record<CapabilityName, boolean>;

/** Ready-made profiles. */
export const profiles = {
  /** Everything on. */
  full: { name: 'full' },
  /** Bare IMAP4rev1: every mailbox operation by its oldest way. */
  rev1: { name: 'rev1', capabilities: none },
  /** Names and capabilities as Courier has them: INBOX. prefix, no CONDSTORE, no LITERAL+, no SPECIAL-USE. */
  courier: {
    name: 'courier',
    separator: '.',
    prefix: 'INBOX.',
    capabilities: { ...none, IDLE: true, CHILDREN: true, NAMESPACE: true, UIDPLUS: true },
  },
} as const satisfies Record<string, Profile>;

/** Whether a profile has a capability. */
export function supports(profile: Profile, capability: CapabilityName): boolean {
  return profile.capabilities?.[capability] ?? true;
}
