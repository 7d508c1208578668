import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBed, type Bed } from './browser.ts';
import { breaches, provoke } from './oracle.ts';
import { ENCODINGS, LEAKS, REDRESS, SANITISER_BYPASS, type Threat } from './threats.ts';

let bed: Bed;
let before: string;

beforeAll(async () => {
  bed = await openBed();
  before = await bed.page.evaluate(() => mailBench.outside());
}, 120_000);
afterAll(async () => bed?.close());

/** Shows the mail, provokes it, and says what went wrong. */
async function harmOf(html: string): Promise<string[]> {
  await bed.page.evaluate((mail) => mailBench.show(mail), html);
  const found = await breaches(bed.page);
  await provoke(bed.page);
  // Loads and handlers that were started have time to show themselves.
  await bed.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 20)));
  const opened = await bed.page.evaluate(() => mailBench.opened.map(([url]) => url ?? ''));
  const windows = opened.filter((url) => !/^(?:https?:\/\/|mailto:|tel:)/.test(url));
  const after = await bed.page.evaluate(() => mailBench.outside());
  const harm = [
    ...found,
    ...bed.watch.acts.splice(0),
    ...bed.watch.requests.splice(0).map((url) => `request ${url}`),
    ...bed.strays.splice(0).map((path) => `stray ${path}`),
    ...windows.map((url) => `opened ${url}`),
  ];
  return after === before ? harm : [...harm, 'the page outside the frame changed'];
}

function suite(title: string, threats: readonly Threat[]): void {
  describe(title, () => {
    it.each(threats)('%s', async (_name, html) => {
      expect(await harmOf(html)).toEqual([]);
    });
  });
}

suite('sanitiser bypass', SANITISER_BYPASS);
suite('leaks without a script', LEAKS);
suite('redress', REDRESS);
suite('encodings', ENCODINGS);

const CORPUS = new URL('../../../shared/corpus/html/dompurify/expect.json', import.meta.url);
const payloads = existsSync(CORPUS)
  ? (JSON.parse(readFileSync(CORPUS, 'utf8')) as { title?: string; payload: string }[])
  : [];

describe.skipIf(payloads.length === 0)(
  'payloads of a public collection (../shared/corpus/html/dompurify)',
  () => {
    it.each(
      payloads.map(
        ({ title, payload }, index) => [`${index} ${title ?? payload.slice(0, 60)}`, payload] as const,
      ),
    )('%s', async (_name, payload) => {
      expect(await harmOf(payload)).toEqual([]);
    });
  },
);
if (payloads.length === 0)
  console.warn('Skipped: the payloads in ../shared/corpus/html/dompurify are not there.');
