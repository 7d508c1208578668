import { parseMailto } from '@postern/protocol/mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBed, type Bed } from './browser.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
}, 120_000);
afterAll(async () => bed?.close());
beforeEach(() => bed.page.evaluate(() => mailBench.clear()));

/** Shows a mail and clicks its first link as a person does, by mouse or by keyboard. */
async function click(html: string, how: 'mouse' | 'middle' | 'keyboard' = 'mouse'): Promise<void> {
  await bed.page.evaluate((mail) => mailBench.show(mail), html);
  const link = bed.page.frameLocator('iframe').locator('a').first();
  if (how === 'keyboard') {
    await link.focus();
    await bed.page.keyboard.press('Enter');
  } else await link.click(how === 'middle' ? { button: 'middle' } : {});
}

const seen = (): Promise<{ opened: string[][]; asked: (string | undefined)[]; mailtos: unknown[] }> =>
  bed.page.evaluate(() => ({
    opened: mailBench.opened,
    asked: mailBench.asked.map(({ warning }) => warning),
    mailtos: mailBench.mailtos,
  }));

describe('links of a mail', () => {
  it.each(['mouse', 'middle', 'keyboard'] as const)(
    'are opened by the page, apart from it (%s)',
    async (how) => {
      await click('<p><a href="https://example.org/a?b=c#d">read</a>', how);
      expect(await seen()).toEqual({
        opened: [['https://example.org/a?b=c#d', '_blank', 'noopener,noreferrer']],
        asked: [],
        mailtos: [],
      });
      expect(bed.watch.acts).toEqual([]);
    },
  );

  it.each(['mouse', 'middle', 'keyboard'] as const)(
    'that deceive are asked about and not opened (%s)',
    async (how) => {
      await click('<p><a href="https://evil.example/">https://bank.example</a>', how);
      expect(await seen()).toEqual({ opened: [], asked: ['shows-other-host'], mailtos: [] });
      const attributes = await bed.page.evaluate(() => {
        const link = document.querySelector('iframe')?.contentDocument?.querySelector('a');
        return [link?.hasAttribute('href'), link?.getAttribute('role'), link?.title];
      });
      expect(attributes).toEqual([false, 'link', 'evil.example']);
    },
  );

  it('that hold a picture are followed where they are clicked', async () => {
    await click(
      '<a href="https://example.org/x"><img src="https://cdn.example.org/i.png" width=60 height=40 alt=Logo></a>',
    );
    expect((await seen()).opened).toHaveLength(1);
  });

  it('to mail addresses begin a message, with what a link may say and no more', async () => {
    await click(
      '<a href="mailto:ada@example.org?subject=Hi%0d%0aBcc:x@y.example&attach=/etc/passwd&body=Hello">write</a>',
    );
    const [url, ...others] = (await seen()).mailtos;
    expect(others).toEqual([]);
    expect(parseMailto(String(url))).toEqual({
      to: [{ name: '', address: 'ada@example.org' }],
      ...{ cc: [], bcc: [], subject: 'Hi Bcc:x@y.example', text: 'Hello', references: [] },
    });
  });

  it('within the mail go there', async () => {
    await click('<a href="#end">down</a><div style="height:3000px">x</div><p id=end>The end</p>');
    await expect.poll(() => bed.page.evaluate(() => window.scrollY)).toBeGreaterThan(1000);
    expect(await seen()).toEqual({ opened: [], asked: [], mailtos: [] });
    await bed.page.evaluate(() => window.scrollTo(0, 0));
  });

  it('say nothing about themselves to the page they open, should the browser follow them alone', async () => {
    await bed.page.evaluate(() =>
      mailBench.show('<a href="https://example.org/" target=_top rel=opener ping=/p>x</a>'),
    );
    const link = await bed.page.evaluate(() => {
      const a = document.querySelector('iframe')?.contentDocument?.querySelector('a');
      return Object.fromEntries([...(a?.attributes ?? [])].map(({ name, value }) => [name, value]));
    });
    expect(link).toEqual({ href: 'https://example.org/', target: '_blank', rel: 'noopener noreferrer' });
  });

  it('leave the keys of the app alone', async () => {
    await bed.page.evaluate(() => mailBench.show('<a href="https://example.org/">x</a>'));
    const keys = bed.page.evaluate(
      () =>
        new Promise((resolve) =>
          document.addEventListener('keydown', (event) => resolve(event.key), { once: true }),
        ),
    );
    await bed.page.frameLocator('iframe').locator('a').focus();
    await bed.page.keyboard.press('j');
    expect(await keys).toBe('j');
  });
});

describe('plain text', () => {
  const hostile = [
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    'http://x.example/"onmouseover="alert(1)',
    "http://x.example/'><img src=x onerror=alert(1)>",
    '[click](javascript:alert(1)) [x]: javascript:alert(1) <javascript:alert(1)>',
    'javascript:alert(1) data:text/html,<script>alert(1)</script> vbscript:x',
    'mailto:?attach=/etc/passwd&bcc=evil@evil.example mailto:a@b.example?body=%3Cscript%3E',
    '> > <b onclick=alert(1)>quoted</b>\n-- \n<i>signature</i>',
    '\u202ehttp://moc.elpmaxe\u202c',
  ];

  it.each(hostile)('is never markup: %j', async (text) => {
    await bed.page.evaluate((plain) => mailBench.plain(plain), text);
    const found = await bed.page.evaluate(() => {
      const place = document.getElementById('place');
      const elements = [...(place?.querySelectorAll<HTMLElement>('*') ?? [])];
      for (const element of elements) element.click();
      return {
        names: [...new Set(elements.map(({ localName }) => localName))].filter(
          (name) => !['div', 'a', 'blockquote', 'details', 'summary'].includes(name),
        ),
        handlers: elements.flatMap(({ attributes }) =>
          [...attributes].filter(({ name }) => name.startsWith('on')),
        ).length,
        schemes: [
          ...new Set([...(place?.querySelectorAll('a') ?? [])].map(({ protocol }) => protocol)),
        ].filter((scheme) => !['https:', 'http:', 'mailto:'].includes(scheme)),
        opened: mailBench.opened.filter(([url]) => !/^(?:https?|mailto):/.test(url ?? '')),
      };
    });
    expect(found).toEqual({ names: [], handlers: 0, schemes: [], opened: [] });
    expect(bed.watch.acts).toEqual([]);
    expect(bed.watch.requests).toEqual([]);
  });

  it('shows what was written, character for character', async () => {
    const text = 'See https://example.org/a_(b), or write to ada@example.org.\n\n> quoted\n>> twice\nthe end';
    await bed.page.evaluate((plain) => mailBench.plain(plain), text);
    const shown = await bed.page.evaluate(() =>
      [...document.querySelectorAll('#place .block')].map((block) => block.textContent),
    );
    expect(shown).toEqual([
      'See https://example.org/a_(b), or write to ada@example.org.\n',
      'quoted',
      'twice',
      'the end',
    ]);
    const links = await bed.page.evaluate(() =>
      [...document.querySelectorAll('#place a')].map((a) => a.getAttribute('href')),
    );
    expect(links).toEqual(['https://example.org/a_(b)', 'mailto:ada@example.org']);
  });
});
