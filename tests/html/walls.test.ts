/** Each wall has to stand when the others have fallen: here they are taken away one at a time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBed, type Bed } from './browser.ts';

const HOSTILE = `<img src=x onerror="parent.stolen=1;alert(1)"><svg onload="alert(2)"></svg><a id=j href="javascript:parent.stolen=1">x</a>
  <form id=f action="https://evil.example/f"><button id=b>x</button></form><img src="https://evil.example/a.png">
  <style>@import 'https://evil.example/b.css';@font-face{font-family:q;src:url(https://evil.example/c)}p{font-family:q}</style><p>text</p>
  <link rel=stylesheet href="https://evil.example/d.css"><object data="/"></object><embed src="/">
  <base href="https://evil.example/"><video src="https://evil.example/v" autoplay></video>`;

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
}, 120_000);
afterAll(async () => bed?.close());

const settled = (): Promise<unknown> =>
  bed.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 150)));

async function intoFrame(html: string, images: 'none' | 'remote', sandboxed = true): Promise<void> {
  await bed.page.evaluate(
    async ({ html, images, sandboxed }) => {
      await mailBench.clear();
      const frame = document.createElement('iframe');
      if (sandboxed)
        frame.setAttribute('sandbox', 'allow-same-origin allow-popups allow-popups-to-escape-sandbox');
      frame.src = images === 'remote' ? '/frame/mail-remote.html' : '/frame/mail.html';
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      document.getElementById('place')?.append(frame);
      await loaded;
      const inside = frame.contentDocument;
      if (inside === null) throw new Error('The frame is closed to its page');
      inside.body.innerHTML = html;
      const script = inside.createElement('script');
      script.textContent = 'parent.stolen=1';
      inside.body.append(script);
      inside.getElementById('j')?.click();
      inside.getElementById('b')?.click();
    },
    { html, images, sandboxed },
  );
  await settled();
}

const removeFrame = (): Promise<void> =>
  bed.page.evaluate(() => document.querySelectorAll('iframe').forEach((frame) => frame.remove()));

const stolen = (): Promise<unknown> => bed.page.evaluate(() => (globalThis as { stolen?: unknown }).stolen);

describe('the frame, given HTML that nobody cleaned', () => {
  it.each([true, false])('runs nothing and asks no server (sandbox attribute: %s)', async (sandboxed) => {
    await intoFrame(HOSTILE, 'none', sandboxed);
    expect(await stolen()).toBeUndefined();
    expect(bed.watch.requests).toEqual([]);
    expect(bed.watch.acts.filter((act) => /^(?:dialog|window|navigated)/.test(act))).toEqual([]);
    expect(bed.strays).toEqual([]);
    bed.watch.acts.length = 0;
    await removeFrame();
  });

  it('of the kind for remote images asks for https: images and nothing else', async () => {
    await intoFrame(`${HOSTILE}<img src="http://evil.example/plain.png">`, 'remote');
    expect(await stolen()).toBeUndefined();
    expect(bed.watch.requests).toEqual(['https://evil.example/a.png']);
    bed.watch.requests.length = 0;
    bed.watch.acts.length = 0;
    bed.strays.length = 0;
    await removeFrame();
  });

  it.each(['/frame/mail.html', '/frame/mail-remote.html'])(
    '%s has its policy in its headers and in itself',
    async (path) => {
      const response = await bed.context.request.get(bed.origin + path);
      const header = response.headers()['content-security-policy'] ?? '';
      expect(header).toContain("default-src 'none'");
      expect(header).toMatch(/(?:^|; )sandbox (?!.*allow-scripts)/);
      expect(header).not.toContain('script-src');
      const inside = /content="([^"]*)"/.exec(
        (await response.text()).replace(/\s+/g, ' ').split('Content-Security-Policy')[1] ?? '',
      )?.[1];
      const images = path.includes('remote') ? 'blob: data: https:' : 'blob: data:';
      expect(inside).toBe(
        `default-src 'none'; style-src 'unsafe-inline'; img-src ${images}; base-uri 'none'; form-action 'none'`,
      );
      expect(header).toContain(`img-src ${images};`);
    },
  );

  it('is refused when what loaded is not the blank page', async () => {
    await bed.context.route('**/frame/mail.html', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<p>Not found' }),
    );
    const failed = await bed.page.evaluate(async () => {
      void mailBench.show('<p>mail</p>');
      for (let tries = 0; tries < 100; tries += 1) {
        const alert = document.querySelector('[role=alert]');
        if (alert !== null) return [alert.textContent, document.querySelector('iframe')?.hidden];
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return undefined;
    });
    await bed.context.unroute('**/frame/mail.html');
    await bed.page.evaluate(() => mailBench.clear());
    expect(failed).toEqual([expect.stringContaining('The message is safe'), true]);
  });
});

describe('the page itself, given HTML that nobody cleaned', () => {
  it('makes no markup of a string', async () => {
    const sinks = await bed.page.evaluate(() => {
      const attempt = (act: () => void): string => {
        try {
          act();
          return 'done';
        } catch (error) {
          return (error as Error).name;
        }
      };
      const html = '<img src=x onerror="globalThis.stolen=1">';
      return [
        attempt(() => (document.body.innerHTML = html)),
        attempt(() => document.body.insertAdjacentHTML('beforeend', html)),
        attempt(() => new DOMParser().parseFromString(html, 'text/html')),
        attempt(() => document.createRange().createContextualFragment(html)),
        attempt(() => (document.createElement('iframe').srcdoc = html)),
        attempt(() => document.write(html)),
        attempt(() => document.body.setAttribute('onclick', 'alert(1)')),
        attempt(() => (document.createElement('script').text = 'alert(1)')),
      ];
    });
    expect(sinks).toEqual(Array.from(sinks, () => 'TypeError'));
    bed.watch.acts.length = 0;
  });

  it("lets nobody make a policy of DOMPurify's name: cleaning happens in the frame", async () => {
    const made = await bed.page.evaluate(async () => {
      await mailBench.show('<b onclick=alert(1)>shown</b>');
      const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): unknown } })
        .trustedTypes;
      try {
        types?.createPolicy('dompurify', { createHTML: (html: string) => html });
        return 'made';
      } catch {
        return document.querySelector('iframe')?.contentDocument?.body.innerHTML;
      }
    });
    expect(made).toBe('<b>shown</b>');
    bed.watch.acts.length = 0;
  });

  it('follows no javascript: link and loads no image from elsewhere', async () => {
    await bed.page.evaluate(() => {
      const image = document.createElement('img');
      image.src = 'https://evil.example/x.png';
      const link = document.createElement('a');
      link.href = 'javascript:globalThis.stolen=1';
      document.body.append(image, link);
      link.click();
      image.remove();
      link.remove();
    });
    await settled();
    expect(await stolen()).toBeUndefined();
    expect(bed.watch.requests).toEqual([]);
    bed.watch.acts.length = 0;
  });
});
