import { CAPABILITIES } from '@postern/mailserver';
import type { Profile } from '@postern/mailserver';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import { describeConformance } from './conformance/conformance.ts';

/** All that it can do; of LITERAL+ and LITERAL-, which exclude each other, the one that no other server here has. */
const everything: Profile = {
  name: 'everything',
  capabilities: { ...Object.fromEntries(CAPABILITIES.map((name) => [name, true])), 'LITERAL+': false },
};

describeConformance('Embedded', undefined, async () => {
  const place = await startEmbedded({
    profile: everything,
    users: [{ ...ada, token: 'canary-Token-ada' }, grace],
  });
  for (const account of place.server.accounts) account.quota = { storage: 1_000_000 };
  return { ...place, version: '' };
});
