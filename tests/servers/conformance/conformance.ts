import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailPlace } from '../../support/place.ts';
import { announced, Bench } from './bench.ts';
import { difference } from './differences.ts';
import type { Feature } from './feature.ts';
import { groups, unaskedFor } from './features.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What the table says of a test that passed; left out: passed. */
    cell?: 'not offered' | 'differs';
    /** With `differs`. */
    reason?: string;
    /** The server's. */
    version?: string;
    group?: string;
    /** As `Feature.rfc`. */
    rfc?: string;
  }
}

export const rows = groups.flatMap(({ title, features }) =>
  features.map((feature) => ({ group: title, feature })),
);

/** Holds every feature against one server: each is a test of its own, and a cell of the table. */
export function describeConformance(
  server: string,
  missing: string | undefined,
  start: () => Promise<MailPlace & { readonly version: string }>,
): void {
  describe(server, () => {
    if (missing) {
      it('every feature', ({ skip }) => skip(missing));
      return;
    }
    let place: Awaited<ReturnType<typeof start>>;
    let survey: Awaited<ReturnType<typeof Bench.survey>>;

    beforeAll(async () => {
      place = await start();
      survey = await Bench.survey(place);
    }, 60_000);
    afterAll(() => place?.close());

    describe('of what it announces', () => {
      it('nothing that Postern speaks is left untried', () => {
        expect(unaskedFor(survey.capabilities)).toEqual([]);
      });
    });

    for (const { group, feature } of rows) {
      it(feature.name, async ({ task }) => {
        Object.assign(task.meta, { group, rfc: feature.rfc, version: place.version });
        const bench = new Bench(place, survey);
        if (feature.capability && !bench.offers(...feature.capability)) {
          await expectAbsent(bench, feature.capability);
          task.meta.cell = 'not offered';
          return;
        }
        const known = difference(server, feature.name);
        const error = await outcome(bench, feature);
        if (!known) {
          if (error) throw error;
        } else if (error) {
          expect((error as Error).message, `not as known of ${server}`).toMatch(known.shows);
          task.meta.cell = 'differs';
          task.meta.reason = known.reason;
        } else {
          throw new Error(`"${feature.name}" works on ${server} now: take it off the list of differences`);
        }
      });
    }
  });
}

/** A server may tell different things to different connections: this one asks for itself. */
async function expectAbsent(bench: Bench, capability: readonly string[]): Promise<void> {
  const { session } = await bench.client();
  expect(announced(session.capabilities, capability)).toBeUndefined();
  await bench.close();
}

/** What a server did wrong; undefined: nothing. */
export async function outcome(bench: Bench, feature: Feature): Promise<unknown> {
  try {
    await feature.run(bench);
  } catch (error) {
    await bench.close();
    return error instanceof Error ? error : new Error(String(error));
  }
  const defects = await bench.close();
  return defects.length > 0 ? new Error(`against the grammar: ${defects.join(' | ')}`) : undefined;
}
