/** The page the tests drive: the real components under the real headers, with a secret outside the frame. */
import '../../../web/src/styles/tokens.css';
import './page.css';
import { mount, unmount } from 'svelte';
import MailFrame from '../../../web/src/components/MailFrame.svelte';
import PlainText from '../../../web/src/components/PlainText.svelte';
import type { LinkCheck } from '../../../web/src/html/link.ts';
import type { Mailto } from '../../../web/src/html/mailto.ts';
import type { MailFindings } from '../../../web/src/html/sanitize.ts';

export interface Shown {
  findings: MailFindings | undefined;
  /** Milliseconds from mounting to the mail being in the frame. */
  took: number;
}

export interface Bench {
  show(html: string, options?: { images?: 'none' | 'remote'; cids?: Record<string, string> }): Promise<Shown>;
  plain(text: string): void;
  clear(): Promise<void>;
  /** Links that were to be asked about, and mail addresses that were to be written to. */
  asked: LinkCheck[];
  mailtos: Mailto[];
  /** What `window.open` was called with. */
  opened: string[][];
  /** Everything in the page that is not the mail. */
  outside(): string;
}

const place = document.getElementById('place');
if (place === null) throw new Error('The page has no place for the mail');

let mounted: Record<string, unknown> | undefined;

const bench: Bench = {
  asked: [],
  mailtos: [],
  opened: [],
  async show(html, options = {}) {
    await bench.clear();
    const begun = performance.now();
    const { cids = {}, images = 'none' } = options;
    const findings = await new Promise<MailFindings | undefined>((resolve) => {
      const timer = setTimeout(resolve, 20_000, undefined);
      mounted = mount(MailFrame, {
        target: place,
        props: {
          html,
          images,
          resolveCid: (cid: string) => cids[cid],
          onfindings(found: MailFindings) {
            clearTimeout(timer);
            resolve(found);
          },
          onask: (check: LinkCheck) => bench.asked.push(check),
          onmailto: (mailto: Mailto) => bench.mailtos.push(mailto),
        },
      });
    });
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return {
      findings: findings && structuredClone({ ...findings, body: undefined }),
      took: performance.now() - begun,
    };
  },
  plain(text) {
    mounted = mount(PlainText, {
      target: place,
      props: { text, onask: (check: LinkCheck) => bench.asked.push(check) },
    });
  },
  async clear() {
    if (mounted !== undefined) await unmount(mounted);
    mounted = undefined;
    bench.asked.length = 0;
    bench.mailtos.length = 0;
    bench.opened.length = 0;
  },
  outside() {
    const copy = document.documentElement.cloneNode(true) as HTMLElement;
    copy.querySelector('#place')?.replaceChildren();
    return copy.outerHTML;
  },
};

window.open = (...call: unknown[]) => {
  bench.opened.push(call.map(String));
  return null;
};
Object.assign(window, { bench });
