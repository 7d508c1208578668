/** The page the tests drive: the real components under the real headers, with a secret outside the frame. */
import '../../../web/src/styles/tokens.css';
import './page.css';
import { mount, unmount } from 'svelte';
import MailFrame from '../../../web/src/components/MailFrame.svelte';
import PlainText from '../../../web/src/components/PlainText.svelte';
import type { LinkCheck } from '../../../web/src/html/link.ts';
import type { MailFindings } from '../../../web/src/html/sanitize.ts';

export interface Shown {
  findings: MailFindings | undefined;
  /** Milliseconds from mounting to the mail being in the frame. */
  took: number;
}

export interface Bench {
  show(html: string, options?: { images?: 'none' | 'remote'; cids?: Record<string, string> }): Promise<Shown>;
  /** Hands the mounted mail other properties, as a live query does. */
  update(options: {
    html?: string;
    images?: 'none' | 'remote';
    cids?: Record<string, string>;
  }): Promise<void>;
  plain(text: string): void;
  clear(): Promise<void>;
  /** Links that were to be asked about, and mail addresses that were to be written to. */
  asked: LinkCheck[];
  mailtos: string[];
  /** What `window.open` was called with. */
  opened: string[][];
  /** Everything in the page that is not the mail. */
  outside(): string;
}

const place = document.getElementById('place');
if (place === null) throw new Error('The page has no place for the mail');

const finder =
  (cids: Record<string, string> = {}) =>
  (cid: string): string | undefined =>
    cids[cid];

interface Properties {
  html: string;
  images: 'none' | 'remote';
  resolveCid: (cid: string) => string | undefined;
  onfindings: (found: MailFindings) => void;
  onask: (check: LinkCheck) => void;
  onmailto: (url: string) => void;
}

const properties: Properties = $state({
  html: '',
  images: 'none',
  resolveCid: finder(),
  onfindings: () => undefined,
  onask: (check) => mailBench.asked.push(check),
  onmailto: (url) => mailBench.mailtos.push(url),
});

let mounted: Record<string, unknown> | undefined;

const mailBench: Bench = {
  asked: [],
  mailtos: [],
  opened: [],
  async show(html, options = {}) {
    await mailBench.clear();
    const begun = performance.now();
    const findings = await new Promise<MailFindings | undefined>((resolve) => {
      const timer = setTimeout(resolve, 20_000, undefined);
      Object.assign(properties, {
        html,
        images: options.images ?? 'none',
        resolveCid: finder(options.cids),
        onfindings(found: MailFindings) {
          clearTimeout(timer);
          resolve(found);
        },
      });
      mounted = mount(MailFrame, { target: place, props: properties });
    });
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return {
      findings: findings && structuredClone({ ...findings, body: undefined }),
      took: performance.now() - begun,
    };
  },
  async update({ cids, ...changed }) {
    Object.assign(properties, changed, { resolveCid: finder(cids) });
    await new Promise((resolve) => setTimeout(resolve, 150));
  },
  plain(text) {
    mounted = mount(PlainText, {
      target: place,
      props: { text, onask: (check: LinkCheck) => mailBench.asked.push(check) },
    });
  },
  async clear() {
    if (mounted !== undefined) await unmount(mounted);
    mounted = undefined;
    mailBench.asked.length = 0;
    mailBench.mailtos.length = 0;
    mailBench.opened.length = 0;
  },
  outside() {
    const copy = document.documentElement.cloneNode(true) as HTMLElement;
    copy.querySelector('#place')?.replaceChildren();
    return copy.outerHTML;
  },
};

window.open = (...call: unknown[]) => {
  mailBench.opened.push(call.map(String));
  return null;
};
Object.assign(window, { mailBench });
