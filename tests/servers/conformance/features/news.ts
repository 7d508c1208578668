import { expect } from 'vitest';
import { expunge, uidStore } from '@postern/protocol/imap';
import { fill } from '../bench.ts';
import type { FeatureGroup } from '../feature.ts';
import { note } from '../letters.ts';

export const news: FeatureGroup = {
  title: 'News',
  features: [
    {
      name: 'IDLE',
      rfc: '2177',
      capability: ['IDLE'],
      async run(bench) {
        const { client, name, uids } = await bench.open([note('First'), note('Second')]);
        const other = await bench.second(name);
        const idling = client.session.idle();
        await fill(other, name, [note('Third')]);
        await client.heard('the third message', (each) => each.type === 'exists' && each.count === 3);
        await other.run(uidStore([uids[0]], { mode: 'add', flags: ['\\Flagged'] }));
        await client.heard(
          'its flag',
          (each) =>
            each.type === 'fetch' &&
            each.message.uid === uids[0] &&
            each.message.flags?.includes('\\Flagged'),
        );
        await other.run(uidStore([uids[1]!], { mode: 'add', flags: ['\\Deleted'] }));
        await other.run(expunge());
        await client.heard('that the second went', (each) => each.type === 'expunge' && each.uid === uids[1]);
        await idling.done();
        expect(await client.uids()).toHaveLength(2);
      },
    },
  ],
};
