/** What is safe must also be right: nothing lost, nothing cut off, readable in both schemes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBed, type Bed } from './browser.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
}, 120_000);
afterAll(async () => bed?.close());

const show = (html: string): Promise<unknown> => bed.page.evaluate((mail) => mailBench.show(mail), html);

const SIMPLE: Readonly<Record<string, string>> = {
  'no colours at all':
    '<div dir="ltr">Hi Ada,<br><a href="https://example.org">the draft</a> is ready.</div>',
  Outlook: `<style><!-- p.MsoNormal{margin:0cm;color:black} a:link{color:#0563C1} --></style><body bgcolor=white><p class=MsoNormal><span style="color:#1F497D">Please see</span> <a href="https://example.org">this</a> <span style="background:yellow">soon</span></p><p style="color:windowtext;background:white">Regards</p>`,
  'black on white by attribute':
    '<body bgcolor="#ffffff" text="#000000"><font color="#000080">navy</font> <font color="333">grey</font></body>',
  'a call to action':
    '<table bgcolor="#f4f4f4"><tr><td><table bgcolor="#fff"><tr><td style="color:#222"><h1>Reset</h1><a href="https://example.org" style="background:#e4572e;color:#fff">Reset it</a><a href="https://example.org" style="background-color:gold;color:black">No</a></td></tr></table></td></tr></table>',
  'a dark footer':
    '<div style="background:#222;color:#fff">White <span style="color:#ccc">grey</span></div><div style="background:#fafafa;color:#777">small print</div>',
  'style sheets':
    '<style>body{background:#eee;color:#111} .b{background:navy;color:white} td{color:rgb(90 90 90);border:1px solid #ddd}</style><p class=b>x</p><table><tr><td>y</td></tr></table>',
};

describe('in a dark scheme', () => {
  it.each(Object.entries(SIMPLE))('simple mail is dark and readable: %s', async (_name, html) => {
    await bed.page.emulateMedia({ colorScheme: 'dark' });
    await show(html);
    const measured = await bed.page.evaluate(() => {
      const frame = document.querySelector('iframe');
      const inside = frame?.contentDocument;
      const view = inside?.defaultView;
      if (!inside || !view) return undefined;
      const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
      const rgb = (css: string): number[] => {
        if (context === null) return [];
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = css;
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data];
      };
      const luminance = ([r = 0, g = 0, b = 0]: number[]): number => {
        const [x = 0, y = 0, z = 0] = [r, g, b].map((c) =>
          c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
        );
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
      };
      const ground = (element: Element | null): number[] => {
        for (let at = element; at !== null; at = at.parentElement) {
          const colour = rgb(view.getComputedStyle(at).backgroundColor);
          if ((colour[3] ?? 0) > 128) return colour;
        }
        return rgb(getComputedStyle(document.documentElement).backgroundColor);
      };
      const poor: string[] = [];
      const walker = inside.createTreeWalker(inside.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (!node.textContent?.trim() || parent === null) continue;
        const [low = 0, high = 0] = [
          luminance(rgb(view.getComputedStyle(parent).color)),
          luminance(ground(parent)),
        ].sort((a, b) => a - b);
        const contrast = (high + 0.05) / (low + 0.05);
        if (contrast < 4.5)
          poor.push(
            `${node.textContent.trim()}: ${contrast.toFixed(1)} ${view.getComputedStyle(parent).color}`,
          );
      }
      return { poor, ground: luminance(ground(inside.body)) };
    });
    expect(measured?.poor).toEqual([]);
    expect(measured?.ground).toBeLessThan(0.1);
  });

  it('a designed newsletter stays on its white paper', async () => {
    await bed.page.emulateMedia({ colorScheme: 'dark' });
    await show(
      '<body style="background:#f4f4f4;color:#222"><img src="https://cdn.example/logo.png" width=200 height=50><p style="background:#0b3d91;color:#fff">x',
    );
    const colours = await bed.page.evaluate(() => {
      const inside = document.querySelector('iframe')?.contentDocument;
      const view = inside?.defaultView;
      return inside && view
        ? [
            view.getComputedStyle(inside.documentElement).backgroundColor,
            view.getComputedStyle(inside.body).color,
          ]
        : [];
    });
    expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(34, 34, 34)']);
  });

  it('a mail with dark colours of its own uses them, and only then', async () => {
    const html =
      '<meta name="color-scheme" content="light dark"><style>p{color:#111;background:#fff}@media (prefers-color-scheme:dark){p{color:#eee;background:#123456}}</style><p>x';
    const colour = async (scheme: 'light' | 'dark'): Promise<unknown> => {
      await bed.page.emulateMedia({ colorScheme: scheme });
      await show(html);
      return bed.page.evaluate(() => {
        const p = document.querySelector('iframe')?.contentDocument?.querySelector('p');
        return p?.ownerDocument.defaultView?.getComputedStyle(p).backgroundColor;
      });
    };
    expect(await colour('dark')).toBe('rgb(18, 52, 86)');
    expect(await colour('light')).toBe('rgb(255, 255, 255)');
  });

  it('follows the scheme when it changes under an open mail', async () => {
    const text = (): Promise<string | undefined> =>
      bed.page.evaluate(() => {
        const inside = document.querySelector('iframe')?.contentDocument;
        return inside?.body && inside.defaultView?.getComputedStyle(inside.body).color;
      });
    await bed.page.emulateMedia({ colorScheme: 'light' });
    await show('<p>Hello');
    const light = await text();
    await bed.page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(text).not.toBe(light);
    await bed.page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(text).toBe(light);
  });
});

/** Frame and content: how far what is shown sticks out, sideways and below. */
const overflow = (): Promise<number[]> =>
  bed.page.evaluate(() => {
    const root = document.querySelector('iframe')?.contentDocument?.documentElement;
    return root ? [root.scrollWidth - root.clientWidth, root.scrollHeight - root.clientHeight] : [];
  });

describe('fitting', () => {
  it.each([
    ['a table of 700 px', '<table width=700 bgcolor="#ddeeff"><tr><td>left<td align=right>right</table>'],
    [
      'a picture of 1400 px',
      '<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" width=1400 height=300>',
    ],
    ['a long line of code', `<pre>${'word '.repeat(200)}</pre>`],
    ['a long word', `<p>${'x'.repeat(500)}`],
    [
      'floats and padding',
      '<div style="float:left;width:300px;height:200px">a</div><div style="float:left;width:300px;height:900px">b</div>',
    ],
    ['a high body', '<body style="height:100%;margin:40px;padding:20px"><p style="margin:60px 0">x'],
  ])('nothing is cut off on a phone: %s', async (_name, html) => {
    await bed.page.setViewportSize({ width: 390, height: 800 });
    await show(html);
    expect(await overflow()).toEqual([0, 0]);
  });

  it('a picture made narrower keeps its shape', async () => {
    await bed.page.setViewportSize({ width: 390, height: 800 });
    await show(
      '<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" width=1200 height=300>',
    );
    const [width = 0, height = 0] = await bed.page.evaluate(() => {
      const box = document.querySelector('iframe')?.contentDocument?.images[0]?.getBoundingClientRect();
      return box ? [box.width, box.height] : [];
    });
    expect(width / height).toBeCloseTo(4, 0);
    expect(width).toBeGreaterThan(300);
  });

  it('grows when a quotation is unfolded, and follows the width of its pane', async () => {
    await bed.page.setViewportSize({ width: 900, height: 800 });
    await show(
      '<p>Yes.</p><div class="gmail_quote"><div>On Mon, 3 Nov 2025, Ada &lt;ada@example.org&gt; wrote:</div><blockquote><p>Shall we?</p><p>Please say.</p></blockquote></div>',
    );
    const state = (): Promise<unknown[]> =>
      bed.page.evaluate(() => {
        const frame = document.querySelector('iframe');
        const quoted = frame?.contentDocument?.querySelector('blockquote');
        return [frame?.offsetHeight ?? 0, quoted?.checkVisibility()];
      });
    const [folded, hidden] = await state();
    expect(hidden).toBe(false);
    await bed.page.frameLocator('iframe').locator('summary').click();
    await expect.poll(async () => Number((await state())[0])).toBeGreaterThan(Number(folded) + 30);
    expect((await state())[1]).toBe(true);
    expect(await overflow()).toEqual([0, 0]);
    await bed.page.setViewportSize({ width: 200, height: 800 });
    await expect.poll(overflow).toEqual([0, 0]);
    await bed.page.setViewportSize({ width: 900, height: 800 });
  });

  it.each([
    [
      'a forwarded message',
      '<div>---------- Forwarded message ---------<br>From: Ada</div><blockquote>It is here.</blockquote>',
    ],
    [
      'an answer between the lines',
      '<blockquote>Shall we?</blockquote><p>Yes.</p><blockquote>When?</blockquote><p>At ten.</p>',
    ],
    ['only a quotation', '<blockquote type=cite>All there is</blockquote>'],
  ])('%s is not folded', async (_name, html) => {
    await show(html);
    expect(
      await bed.page.evaluate(() =>
        document.querySelector('iframe')?.contentDocument?.querySelector('details'),
      ),
    ).toBeNull();
  });

  it.each([
    [
      'Outlook',
      '<div class=WordSection1><p>Fine.</p><div><div id="divRplyFwdMsg"><b>From:</b> Ada</div></div><p>Old words</p></div>',
      'Fine.',
    ],
    [
      'Thunderbird',
      '<p>Fine.</p><div class="moz-cite-prefix">On 1/2/25 10:00, Ada wrote:<br></div><blockquote type="cite">Old words</blockquote>',
      'Fine.',
    ],
    [
      'Apple Mail',
      'Fine.<br><div><blockquote type="cite"><div>On 1 Feb 2025, at 10:00, Ada wrote:</div><div>Old words</div></blockquote></div><br>',
      'Fine.',
    ],
  ])('history as %s marks it is folded', async (_name, html, left) => {
    await show(html);
    const shown = await bed.page.evaluate(() =>
      document.querySelector('iframe')?.contentDocument?.body.innerText.replace('…', '').trim(),
    );
    expect(shown).toBe(left);
  });
});

const CORPUS = new URL('../../../shared/corpus/html/', import.meta.url);
const folders = ['caniemail/tests/', 'foundation-emails/templates/', 'foundation-emails/test/visual/pages/'];
const files = folders.flatMap((folder) => {
  const at = new URL(folder, CORPUS);
  return existsSync(at)
    ? readdirSync(at)
        .filter((name) => name.endsWith('.html'))
        .map((name) => folder + name)
    : [];
});

describe.skipIf(files.length === 0)('mails of public collections (../shared/corpus/html)', () => {
  it.each(files)('%s keeps its words and fits a phone', async (name) => {
    await bed.page.setViewportSize({ width: 390, height: 800 });
    const html = readFileSync(new URL(name, CORPUS), 'utf8');
    await show(html);
    const lost = await bed.page.evaluate((mail) => {
      const frame = document.querySelector('iframe');
      const inside = frame?.contentDocument;
      const parser = (frame?.contentWindow as (Window & { DOMParser: typeof DOMParser }) | null | undefined)
        ?.DOMParser;
      if (!inside || !parser) return ['no frame'];
      const original = new parser().parseFromString(mail, 'text/html');
      for (const gone of original.querySelectorAll(
        'style, script, title, select, textarea, svg, math, video, audio, object, iframe, noscript, template, dialog, datalist, xmp',
      ))
        gone.remove();
      const words = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];
      const kept = new Set(words(inside.body.textContent));
      return [...new Set(words(original.body.textContent))].filter((word) => !kept.has(word));
    }, html);
    expect(lost).toEqual([]);
    expect(bed.watch.acts.splice(0)).toEqual([]);
    // Pictures written into the mail are decoded after it is shown.
    await expect.poll(async () => (await overflow())[1]).toBe(0);
    expect((await overflow())[0]).toBeLessThan(400);
  });
});
if (files.length === 0) console.warn('Skipped: the mails in ../shared/corpus/html are not there.');

describe('what reads like CSS', () => {
  it('is shown as it was written, where it is words', async () => {
    const words = 'In "style = red", media="all" and <style media=x> there is no style=\'x\'';
    const given = words.replaceAll('<', '&lt;').replaceAll('"', '&quot;');
    await show(
      `<p title="${given}" class="a style =b">${given}</p><a href="https://x.example/?a/style=b/media=c">x</a>`,
    );
    const shown = await bed.page.evaluate(() => {
      const inside = document.querySelector('iframe')?.contentDocument;
      const p = inside?.querySelector('p');
      return [p?.textContent, p?.title, p?.className, inside?.querySelector('a')?.href];
    });
    expect(shown).toEqual([words, words, 'a style =b', 'https://x.example/?a/style=b/media=c']);
  });

  it.each([
    '<p style="color:rgb(1, 2, 3)">x',
    "<p title='y'StYLe\n=\n' color : rgb(1, 2, 3) '>x",
    '<p/style=color:rgb(1,2,3)>x',
    '<p style="color:&#114;gb&lpar;1,2,3)" style="color:red">x',
    '<body style="color:rgb(1, 2, 3)"><p>x',
    '<style>p{color:rgb(1, 2, 3)}</style><p>x',
    '<STYLE\ntype="text/css" media="screen"><!-- p { color: rgb(1, 2, 3) } --></STYLE><p>x',
    '<style type="text/css">p{--x:"style =";color:rgb(1, 2, 3)}</style><p>x',
  ])('holds, where it is CSS: %j', async (html) => {
    await bed.page.emulateMedia({ colorScheme: 'light' });
    await show(html);
    const colour = await bed.page.evaluate(() => {
      const p = document.querySelector('iframe')?.contentDocument?.querySelector('p');
      return p && p.ownerDocument.defaultView?.getComputedStyle(p).color;
    });
    expect(colour).toBe('rgb(1, 2, 3)');
  });
});
