/**
 * The simulated server is held to what the real ones do: in the profile that is named after one of them it has, by the same suite,
 * what `docs/servers.md` says that the real one was seen to have.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profiles } from '@postern/mailserver';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { Bench } from './conformance/bench.ts';
import { outcome, rows } from './conformance/conformance.ts';

type Cell = 'passed' | 'not offered' | 'differs';

const NOT_HAD = 'the embedded server has it in no profile';
const NUL = 'the embedded server keeps no message with NUL in it';

/** What the real server was seen to have, and its profile has not, and why. What one does otherwise than specified is left to traits. */
const unlike: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Dovecot: { 'APPEND of NUL': NUL, 'CONTEXT=SEARCH': NOT_HAD, 'SORT=DISPLAY': NOT_HAD },
  Cyrus: { 'APPEND of NUL': NUL, 'LIST-METADATA': NOT_HAD, 'SORT=DISPLAY': NOT_HAD },
  Courier: {},
};

const table = readFileSync(new URL('../../docs/servers.md', import.meta.url), 'utf8');

/** What the table says of a server, by feature. */
function column(server: string): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  let at = -1;
  for (const line of table.split('\n').filter((each) => each.startsWith('|'))) {
    const [name = '', ...rest] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (name === '') at = rest.findIndex((head) => head.startsWith(server));
    else cells.set(name, rest[at] ?? '');
  }
  return cells;
}

describe.each([
  ['Dovecot', profiles.dovecot],
  ['Cyrus', profiles.cyrus],
  ['Courier', profiles.courier],
])('the profile of %s', (server, profile) => {
  const seen = column(server);
  let place: EmbeddedPlace;
  let survey: Awaited<ReturnType<typeof Bench.survey>>;

  beforeAll(async () => {
    place = await startEmbedded({ profile, users: [ada, grace] });
    for (const account of place.server.accounts) account.quota = { storage: 1_000_000 };
    survey = await Bench.survey(place);
  });
  afterAll(() => place?.close());

  const cellOf = async ({ feature }: (typeof rows)[number]): Promise<readonly [Cell, unknown]> => {
    const bench = new Bench(place, survey);
    if (feature.capability && !bench.offers(...feature.capability)) return ['not offered', undefined];
    const error = await outcome(bench, feature);
    return [error === undefined ? 'passed' : 'differs', error];
  };

  it.each(rows.map((row) => [row.feature.name, row] as const))('%s', async (name, row) => {
    const real = seen.get(name);
    expect(['passed', 'not offered', 'differs'], 'a row of the table').toContain(real);
    if (real === 'differs') return;
    const [cell, error] = await cellOf(row);
    const isLike = cell === real;
    expect(isLike, `${cell} here, ${real} there: ${String(error)}`).toBe(
      unlike[server]?.[name] === undefined,
    );
  });
});
