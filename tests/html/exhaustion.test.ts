/** Mail made to wear a browser out. Each is shown, as layout or as text, while the page stays usable. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBed, type Bed } from './browser.ts';
import { breaches } from './oracle.ts';

/** Milliseconds; generous, since what is kept away takes minutes or kills the tab. */
const PATIENCE = 8000;

const repeat = (times: number, piece: (index: number) => string): string =>
  Array.from({ length: times }, (_, index) => piece(index)).join('');

const nested = (open: string, inmost: string, close: string, times = 20_000): string =>
  open.repeat(times) + inmost + close.repeat(times);
const style = (css: string): string => `<style>${css}</style><p>x`;
const RELATIVE = nested('rgb(from ', 'red', ' r g b)');
const MEDIA = nested('not (', 'width > 1px', ')');

/** Each ends the tab, or takes it a minute, in Chromium 150 or 156, where the browser gets to read it. */
const NESTED: readonly (readonly [name: string, make: () => string])[] = [
  ...['@media all', '@supports (color:red)', '@layer a', '@container (width>1px)', '@scope (a)']
    .concat('@starting-style', 'a', '&')
    .map((prelude) => [`${prelude}{`, () => style(`${prelude}{`.repeat(20_000))] as const),
  ['rules in rules, closed', () => style(nested('a{', 'color:red', '}'))],
  ['rules and at-rules in turn', () => style('a{@media all{'.repeat(10_000))],
  ...[':is(', ':not(', ':where(', ':nth-child(1 of ', ':host(', ':host-context(', ':-webkit-any('].map(
    (open) => [`${open})`, () => style(`${nested(open, 'a', ')')}{color:red}`)] as const,
  ),
  ['selectors left open', () => style(':is('.repeat(20_000))],
  ['@supports selector', () => style(`@supports selector(${nested(':is(', 'a', ')')}){p{}}`)],
  ['@supports not', () => style(`@supports ${MEDIA}{p{}}`)],
  ['@media not', () => style(`@media ${MEDIA}{p{}}`)],
  ['@media brackets', () => style(`@media ${nested('(', 'width > 1px', ')')}{p{}}`)],
  ['@container style', () => style(`@container style(${nested('(', '--a:b', ')')}){p{}}`)],
  ['@import', () => style(`@import url(a) supports(${nested('(', 'a:b', ')')});`)],
  ['a long selector', () => style(`${'a '.repeat(200_000)}{color:red}`)],
  ['in SVG', () => `<svg><style>${'a{'.repeat(20_000)}</style></svg>x`],
  ['in a template', () => `<template><style>${'a{'.repeat(20_000)}</style></template>x`],
  ['in noscript', () => `<noscript><style>${'a{'.repeat(20_000)}</style></noscript>x`],
  ['of a type', () => `<STYLE/type=text/css>${'a{'.repeat(20_000)}</STYLE>x`],
  ['media of a style', () => `<style media="${MEDIA}">p{}</style>x`],
  ['media of a source', () => `<picture><source media='${MEDIA}' srcset=a><img src=b></picture>x`],
  ['a colour of colours', () => `<p style="color:${RELATIVE}">x`],
  ['a colour of colours in a sheet', () => style(`p{color:${RELATIVE}}`)],
  ['hidden from who looks for a style', () => `<p\ttitle="x"sTyLe\n=\n'color&colon;${RELATIVE}'>x`],
  ['a colour in attributes', () => `<body bgcolor="${RELATIVE}"><font color="${RELATIVE}">x</font>`],
  ['a colour in an input', () => `<input/type=color value="${RELATIVE}">x`],
  ['light-dark', () => `<p style="color:${nested('light-dark(red,', 'red', ')')}">x`],
  ['a cross-fade', () => `<p style="background:${nested('-webkit-cross-fade(', 'url(a)', ',url(a),1%)')}">x`],
  ['an anchor', () => `<p style="top:${nested('anchor(top,', '1px', ')')}">x`],
  ['if', () => `<p style="width:if(style(${nested('(', '--a:b', ')')}):1px)">x`],
];

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
  [
    'unclosed brackets in CSS',
    'layout',
    () => `<style>p{color:${'('.repeat(100_000)}</style><p style="width:${'calc('.repeat(50_000)}">x`,
  ],
  ...NESTED.map(
    ([name, make]) => [`CSS nested deep: ${name}`, 'layout', make] as [string, 'layout', () => string],
  ),
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

  it('moves no colours to a dark surface that nest too deep', async () => {
    await bed.page.emulateMedia({ colorScheme: 'dark' });
    await bed.page.evaluate((mail) => mailBench.show(mail), `<font color="${RELATIVE}">x</font>`);
    expect(await breaches(bed.page)).toEqual([]);
    await bed.page.emulateMedia({ colorScheme: 'light' });
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
