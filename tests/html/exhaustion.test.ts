/** Mail made to wear a browser out. Each is shown, as layout or as text, while the page stays usable. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBed, type Bed } from './browser.ts';
import { breaches } from './oracle.ts';

/** Milliseconds; generous, since what is kept away takes minutes or kills the tab. */
const PATIENCE = 8000;

const repeat = (times: number, piece: (index: number) => string): string =>
  Array.from({ length: times }, (_, index) => piece(index)).join('');

const CASES: readonly (readonly [
  name: string,
  outcome: 'layout' | 'too-large' | 'too-complex',
  make: () => string,
])[] = [
  ['10,000 nested elements', 'too-complex', () => `${'<div>'.repeat(10_000)}deep`],
  ['500 nested tables', 'too-complex', () => `${'<table><tr><td>'.repeat(500)}deep`],
  ['100,000 rows', 'too-complex', () => `<table>${'<tr><td>x'.repeat(100_000)}</table>`],
  ['50 MB in one line', 'too-large', () => `<p>${'x'.repeat(50 * 1024 * 1024)}`],
  ['5 MB of words', 'too-large', () => `<p>${'word '.repeat(1024 * 1024)}`],
  [
    'open formatting elements before many blocks',
    'too-complex',
    () => `${repeat(5000, (n) => `<font size=${n}>`)}${'<p>x'.repeat(5000)}`,
  ],
  ['100,000 open bolds', 'too-complex', () => repeat(100_000, (n) => `<b id=${n}>`)],
  ['a million character references', 'layout', () => `<p>${'&amp;'.repeat(500_000)}`],
  ['10,000 attributes on one element', 'layout', () => `<p ${repeat(10_000, (n) => `a${n}=b `)}>x`],
  ['one attribute of 3 MB', 'layout', () => `<p title="${'x'.repeat(3_000_000)}">x`],
  [
    '20,000 style rules',
    'layout',
    () => `<style>${repeat(20_000, (n) => `.a${n}{color:red}`)}</style><p class=a1>x`,
  ],
  [
    'selectors that cost',
    'layout',
    () => `<style>${repeat(200, () => `${'div '.repeat(60)}p{color:red}`)}</style>${'<div>'.repeat(150)}<p>x`,
  ],
  ['deep at-rules', 'layout', () => `<style>${'@media all{'.repeat(20_000)}p{color:red}`],
  [
    'unclosed brackets in CSS',
    'layout',
    () => `<style>p{color:${'('.repeat(100_000)}</style><p style="width:${'calc('.repeat(50_000)}">x`,
  ],
  ['a huge inline image', 'layout', () => `<img src="data:image/png;base64,${'A'.repeat(8 * 1024 * 1024)}">`],
  [
    '5,000 small inline images',
    'layout',
    () =>
      '<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">'.repeat(
        5000,
      ),
  ],
  ['5,000 links', 'layout', () => repeat(5000, (n) => `<a href="https://example.org/${n}">link ${n}</a> `)],
  [
    'sizes without end',
    'layout',
    () => '<div style="height:9999px;width:9999px;padding:9999px;border:9999px solid"></div>'.repeat(50),
  ],
  [
    'heights that follow the frame',
    'layout',
    () =>
      '<html style="height:110vh"><body style="height:110%;min-height:110vh"><div style="height:101vh;padding-bottom:20vh">x</div>',
  ],
  [
    'colspan and rowspan',
    'layout',
    () =>
      '<table><tr><td colspan=99999999 rowspan=99999999>x<col span=99999999><ol start=99999999 type=I><li>x</table>',
  ],
  ['comments', 'layout', () => `<p>x${'<!-- - -- '.repeat(100_000)}`],
];

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
}, 120_000);
afterAll(async () => bed?.close());

describe('exhaustion', () => {
  it.each(CASES)('%s: %s', async (_name, outcome, make) => {
    const html = make();
    const { took, excess } = await bed.page.evaluate(async (mail) => {
      const { took, findings } = await mailBench.show(mail);
      return { took, excess: (findings as { excess?: string } | undefined)?.excess };
    }, html);
    expect(excess ?? 'layout').toBe(outcome);
    expect(took).toBeLessThan(PATIENCE);
    expect(await breaches(bed.page)).toEqual([]);
    // Two heights a while apart: a frame that grows for being tall never rests.
    const height = (): Promise<number> =>
      bed.page.evaluate(() => document.querySelector('iframe')?.offsetHeight ?? 0);
    const first = await height();
    await bed.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 60)));
    expect(await height()).toBe(first);
    expect(bed.watch.acts.splice(0)).toEqual([]);
  });

  it('shows the text of what it does not lay out, and says so', async () => {
    await bed.page.evaluate(
      (mail) => mailBench.show(mail),
      `<b>Dear Ada</b>${'<div>'.repeat(50_000)}<p>the end`,
    );
    const shown = await bed.page.evaluate(() => [
      document.querySelector('.notice')?.textContent,
      document.querySelector('.plain')?.textContent,
    ]);
    expect(shown[0]).toContain('too complicated');
    expect(shown[1]).toContain('Dear Ada');
    expect(shown[1]).toContain('the end');
  });
});
