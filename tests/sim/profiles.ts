import { CAPABILITIES, profiles } from '@postern/mailserver';
import type { CapabilityName, MultiAccess, Profile } from '@postern/mailserver';
import type { Chance } from './chance.ts';

/** What the engine does differently where it is missing. */
const TOGGLED: readonly CapabilityName[] = [
  'QRESYNC',
  'CONDSTORE',
  'UIDPLUS',
  'MOVE',
  'NOTIFY',
  'LITERAL+',
  'ESEARCH',
  'MULTIAPPEND',
  'SPECIAL-USE',
  'IDLE',
  'LIST-STATUS',
  'LIST-EXTENDED',
  'ENABLE',
  'PREVIEW',
  'ID',
  'UNSELECT',
];

/** One of those named after servers, or any mixture of capabilities that the RFCs allow. */
export function chooseProfile(chance: Chance): Profile {
  if (chance.percent(40)) return chance.pick(Object.values(profiles));
  const off = TOGGLED.filter(() => chance.percent(40));
  return {
    name: `without ${off.join(' ')}`,
    // IMAP4rev2 would bring half of them back. UIDONLY is of no chance of its own, either.
    capabilities: {
      IMAP4rev2: false,
      UIDONLY: off.length % 3 > 0,
      ...Object.fromEntries(off.map((name) => [name, false])),
      ...unidentified(off),
    },
    // Of no chance of its own: histories that are known stay what they were.
    multiAccess: { ...chooseMultiAccess(chance), reason: off.length % 2 === 0 ? 'words' : 'code' },
    ...(chance.percent(30) ? { expungeLog: chance.pick([0, 3, 20]) } : {}),
    ...(chance.percent(10) ? { noModSeq: true } : {}),
    ...(chance.percent(15) ? { traits: ['files-sent'] as const } : {}),
    ...(chance.percent(15) ? { separator: '.' as const, prefix: 'INBOX.' } : {}),
  };
}

/** Of no chance of its own either: one server in three says nothing of which messages and mailboxes are the same. */
function unidentified({ length }: readonly CapabilityName[]): Profile['capabilities'] {
  return length % 3 === 0 ? { OBJECTID: false } : {};
}

function chooseMultiAccess(chance: Chance): MultiAccess {
  return {
    delete: chance.pick(['ghost', 'disconnect']),
    rename: chance.pick(['disconnect', 'rename', 'newname']),
    fetch: chance.pick(['ghost', 'no', 'nil', 'bye']),
    store: chance.pick(['others', 'none']),
    storeSilent: chance.pick(['ok', 'no']),
    copy: chance.pick(['refuse', 'ghost', 'others']),
  };
}

/** How a client may catch up. */
export const WAYS = ['QRESYNC', 'CONDSTORE', 'plain'] as const;

/** The same server for a client that catches up in another way. */
export function restricted(profile: Profile, way: (typeof WAYS)[number]): Profile {
  const off: readonly CapabilityName[] =
    way === 'plain' ? ['QRESYNC', 'CONDSTORE'] : way === 'CONDSTORE' ? ['QRESYNC'] : [];
  const without = Object.fromEntries(
    CAPABILITIES.filter((name) => off.includes(name)).map((n) => [n, false]),
  );
  return { ...profile, capabilities: { ...profile.capabilities, ...without } };
}
