import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBed, type Bed } from './browser.ts';
import { breaches, provoke } from './oracle.ts';
import { LEAKS } from './threats.ts';

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
}, 120_000);
afterAll(async () => bed?.close());
beforeEach(() => {
  for (const list of [bed.watch.acts, bed.watch.requests, bed.watch.kinds, bed.strays]) list.length = 0;
});

const CDN = 'https://cdn.example';
const settled = (): Promise<unknown> =>
  bed.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 60)));

describe('remote images', () => {
  const mail = `<img src="${CDN}/a.png" width=120 height=60 alt="A lake"><img src="http://cdn.example/b.png" alt="A hill">
    <table background="${CDN}/c.png"><tr><td style="background-image:url(${CDN}/d.png)">x</td></tr></table>
    <img src="${CDN}/open.gif?who=me" width=1 height=1><img src="${CDN}/open2.gif" style="display:none">`;

  it('are held back and counted; in their place stand boxes of their size with their words', async () => {
    const { findings } = await bed.page.evaluate((html) => mailBench.show(html), mail);
    await settled();
    expect(findings).toMatchObject({ remote: 4, trackers: 2 });
    expect(bed.watch.requests).toEqual([]);
    const boxes = await bed.page.evaluate(() =>
      [
        ...(document.querySelector('iframe')?.contentDocument?.querySelectorAll<HTMLElement>('[data-held]') ??
          []),
      ].map((box) => [box.textContent, box.getAttribute('role'), box.ariaLabel]),
    );
    expect(boxes).toEqual([
      ['A lake', 'img', 'A lake'],
      ['A hill', 'img', 'A hill'],
    ]);
    const size = await bed.page.frameLocator('iframe').locator('[data-held]').first().boundingBox();
    expect([size?.width, size?.height]).toEqual([120, 60]);
  });

  it('load when asked for: over https, without saying who asks; pictures nobody can see never do', async () => {
    const { findings } = await bed.page.evaluate((html) => mailBench.show(html, { images: 'remote' }), mail);
    await expect.poll(() => bed.watch.requests.length).toBe(4);
    await settled();
    expect(findings).toMatchObject({ remote: 0, trackers: 2 });
    expect(bed.watch.requests.toSorted()).toEqual(['a', 'b', 'c', 'd'].map((name) => `${CDN}/${name}.png`));
    expect(new Set(bed.watch.kinds)).toEqual(new Set(['image for nobody']));
    expect(await breaches(bed.page, 'remote')).toEqual([]);
  });

  it("are never looked for on the page's own server, this machine or the network around it", async () => {
    const own = bed.origin.replace('http:', 'https:');
    const addresses = [
      '/session',
      `${own}/session`,
      'https://127.0.0.1/',
      'https://10.0.0.1/',
      'https://192.168.1.1/',
      'https://172.20.0.1/',
      'https://169.254.169.254/meta',
      'https://localhost/',
      'https://nas.local/',
      'https://router/',
      'https://[::1]/',
      'https://[fe80::1]/',
      'https://0x7f.1/',
      'https://2130706433/',
      'https://[::ffff:7f00:1]/',
    ];
    const html = addresses
      .map((src) => `<img src="${src}" width=9 height=9><p style="background-image:url(${src})">`)
      .join('');
    await bed.page.evaluate((mail) => mailBench.show(mail, { images: 'remote' }), html);
    await settled();
    expect([...bed.watch.requests, ...bed.strays]).toEqual([]);
  });

  it.each(LEAKS)('allowed, they are all that leaves: %s', async (_name, html) => {
    await bed.page.evaluate((mail) => mailBench.show(mail, { images: 'remote' }), html);
    await provoke(bed.page);
    await settled();
    expect(bed.watch.kinds.filter((kind) => kind !== 'image for nobody')).toEqual([]);
    expect(bed.watch.requests.filter((url) => !url.startsWith('https://'))).toEqual([]);
    expect([...bed.strays, ...bed.watch.acts]).toEqual([]);
    expect(await breaches(bed.page, 'remote')).toEqual([]);
  });
});

describe('images of the message itself', () => {
  it('are shown from their blob: addresses; those that are missing are named', async () => {
    const { findings, natural } = await bed.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(7, 5);
      canvas.getContext('2d')?.fillRect(0, 0, 7, 5);
      const url = URL.createObjectURL(await canvas.convertToBlob());
      const html =
        '<img src="cid:logo%40x"><p style="background-image:url(cid:logo@x)">x</p><img src="CID:gone" alt="gone" width=50 height=20>';
      const { findings } = await mailBench.show(html, { cids: { 'logo@x': url } });
      const image = document.querySelector('iframe')?.contentDocument?.querySelector('img');
      await image?.decode();
      const background = document.querySelector('iframe')?.contentDocument?.querySelector('p')
        ?.style.backgroundImage;
      return {
        findings,
        natural: [image?.naturalWidth, image?.naturalHeight, background === `url("${url}")`],
      };
    });
    expect(findings?.missing).toEqual(['gone']);
    expect(natural).toEqual([7, 5, true]);
    expect([...bed.strays, ...bed.watch.acts]).toEqual([]);
  });

  it('stand for the addresses they came along with: nothing is held back, nothing loaded from outside', async () => {
    const { findings, blobs, sources } = await bed.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(7, 5);
      canvas.getContext('2d')?.fillRect(0, 0, 7, 5);
      const url = URL.createObjectURL(await canvas.convertToBlob());
      const html =
        '<img src="https://tracker.example/a.png" width=9 height=9><img src=" pictures/b.png " width=9 height=9>' +
        '<p style="background-image:url(https://tracker.example/a.png)">x</p><img src="https://tracker.example/c.png" width=9 height=9>' +
        '<img src="https://tracker.example/dot.gif" width=1 height=1>';
      const { findings } = await mailBench.show(html, {
        cids: {
          'https://tracker.example/a.png': url,
          'pictures/b.png': url,
          'https://tracker.example/dot.gif': url,
        },
      });
      const inside = document.querySelector('iframe')?.contentDocument;
      const images = [...(inside?.images ?? [])].map(({ src }) => src);
      const background = inside?.querySelector('p')?.style.backgroundImage ?? '';
      return {
        findings,
        blobs: images.filter((src) => src === url).length,
        sources: [...images, background].filter((src) => src.includes('tracker')),
      };
    });
    expect(blobs).toBe(3);
    expect(sources).toEqual([]);
    expect(findings).toMatchObject({ remote: 1, trackers: 0 });
    expect(bed.watch.requests).toEqual([]);
    expect([...bed.strays, ...bed.watch.acts]).toEqual([]);
  });

  it('come from blob: addresses or not at all', async () => {
    const sources = await bed.page.evaluate(async () => {
      await mailBench.show('<img src="cid:a" width=9 height=9><img src="cid:b" width=9 height=9>', {
        cids: { a: 'https://evil.example/a', b: 'javascript:alert(1)' },
      });
      return [...(document.querySelector('iframe')?.contentDocument?.images ?? [])].map(({ src }) => src);
    });
    expect(sources).toEqual([]);
    expect(bed.watch.requests).toEqual([]);
  });

  it('appear when they arrive; news that is none leaves the mail as it is', async () => {
    const state = (): Promise<unknown[]> =>
      bed.page.evaluate(() => {
        const inside = document.querySelector('iframe')?.contentDocument;
        return [inside?.images.length, inside?.querySelector('details')?.open ?? false];
      });
    await bed.page.evaluate(async () => {
      await mailBench.show(
        '<details><summary>more</summary>text</details><img src="cid:a" width=9 height=9>',
      );
      const details = document.querySelector('iframe')?.contentDocument?.querySelector('details');
      if (details) details.open = true;
      await mailBench.update({});
    });
    expect(await state()).toEqual([0, true]);
    await bed.page.evaluate(async () => {
      const blank = new OffscreenCanvas(1, 1);
      blank.getContext('2d');
      const url = URL.createObjectURL(await blank.convertToBlob());
      await mailBench.update({ cids: { a: url } });
    });
    expect(await state()).toEqual([1, false]);
  });

  it('and those of others come and go with the permission', async () => {
    const address = (): Promise<string | undefined> =>
      bed.page.evaluate(() => document.querySelector('iframe')?.contentDocument?.URL);
    await bed.page.evaluate(() => mailBench.show('<img src="https://cdn.example/a.png" width=9 height=9>'));
    await bed.page.evaluate(() => mailBench.update({ images: 'remote' }));
    expect(await address()).toContain('/frame/mail-remote.html');
    expect(bed.watch.requests).toEqual(['https://cdn.example/a.png']);
    await bed.page.evaluate(() => mailBench.update({ images: 'none' }));
    expect(await address()).toContain('/frame/mail.html');
    expect(bed.watch.requests).toHaveLength(1);
  });
});
