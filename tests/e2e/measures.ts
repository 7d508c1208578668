/** What can be measured on any screen, whatever is on it. Each gives what is wrong, in words; nothing wrong is []. */
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** Where the focus is, and whether a person sees it there; undefined while it is nowhere. */
export interface Focus {
  /** Role or tag, and name or text. */
  readonly what: string;
  readonly visible: boolean;
}

export function focusOf(page: Page): Promise<Focus | undefined> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return undefined;
    const name = element.ariaLabel ?? element.getAttribute('placeholder') ?? element.textContent.trim();
    const drawn = (style: CSSStyleDeclaration): boolean =>
      (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0) ||
      (style.content !== 'none' && style.content !== 'normal' && Number.parseFloat(style.borderTopWidth) > 0);
    const box = element.getBoundingClientRect();
    // A caret shows where text goes; a title or a region that keys only read from has nothing to press.
    const shows =
      element.matches('input[type=text], input:not([type]), textarea, h1, h2, [role=status]') ||
      drawn(getComputedStyle(element)) ||
      drawn(getComputedStyle(element, '::before')) ||
      (element.matches('[role=menuitem]') &&
        getComputedStyle(element).backgroundColor !== 'rgba(0, 0, 0, 0)');
    const inView =
      box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return {
      what: `${element.role ?? element.tagName.toLowerCase()} “${name.slice(0, 60)}”`,
      visible: shows && inView,
    };
  });
}

/** Whatever makes the page, or a part of it, scroll sideways, and controls that lie outside the window. */
export function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    const named = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${[...element.classList].filter((each) => !each.startsWith('svelte-')).join('.')}`;
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) wrong.push(`the page: ${root.scrollWidth} > ${innerWidth}`);
    if (visualViewport && visualViewport.scale !== 1) wrong.push(`zoomed: ${visualViewport.scale}`);
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const style = getComputedStyle(element);
      if (
        /auto|scroll/.test(`${style.overflowX} ${style.overflowY}`) &&
        element.scrollWidth > element.clientWidth + 1 &&
        element.tagName !== 'TEXTAREA'
      )
        wrong.push(`${named(element)} scrolls: ${element.scrollWidth} > ${element.clientWidth}`);
      if (!element.matches('button, input, a[href], textarea, [role=row], time')) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || element.closest('.aloud')) continue;
      if (box.right > innerWidth + 1 || box.left < -1)
        wrong.push(`${named(element)} “${element.ariaLabel ?? element.textContent.slice(0, 30)}” is outside`);
    }
    for (const frame of document.querySelectorAll('iframe')) {
      const inside = frame.contentDocument?.documentElement;
      if (inside && inside.scrollWidth > inside.clientWidth + 1)
        wrong.push(`the mail's frame: ${inside.scrollWidth} > ${inside.clientWidth}`);
    }
    return wrong;
  });
}

/** CSS pixels that text is set in, and no others; 15 is for reading. */
const SIZES = [12, 13, 14, 15, 16, 20, 28];

/** Text in a size that there is not. */
export function oddSizes(page: Page): Promise<string[]> {
  return page.evaluate((sizes) => {
    const wrong: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent === null || node.textContent?.trim() === '' || !parent.checkVisibility()) continue;
      const size = Number.parseFloat(getComputedStyle(parent).fontSize);
      if (!sizes.includes(size)) wrong.push(`“${node.textContent?.trim().slice(0, 40)}” has ${size} px`);
    }
    return wrong;
  }, SIZES);
}

/** Text that runs over the edge of what holds it, or over its neighbour on the same line. */
export function spilling(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent === null || node.textContent?.trim() === '' || parent.closest('.aloud, .tip')) continue;
      if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      for (let holder: Element | null = parent; holder !== null; holder = holder.parentElement) {
        const style = getComputedStyle(holder);
        if (style.display === 'inline') continue;
        const box = holder.getBoundingClientRect();
        // What is cut off on purpose ends there with an ellipsis.
        if (style.overflowX !== 'visible') break;
        const over = ({ left, right }: DOMRect): boolean => right > box.right + 1.5 || left < box.left - 1.5;
        // The space at which a line is broken hangs over its end, and nobody sees it.
        const words = (): boolean =>
          [...(node.textContent ?? '').matchAll(/\S+/g)].some(({ index, 0: word }) => {
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            return over(range.getBoundingClientRect());
          });
        if (over(text) && words()) {
          wrong.push(`“${node.textContent?.slice(0, 40)}” over ${holder.tagName.toLowerCase()}`);
          break;
        }
      }
    }
    for (const line of document.querySelectorAll('[role=row] .line, [role=row].compact .text, .who')) {
      const boxes = [...line.children]
        .map((child) => child.getBoundingClientRect())
        .filter((box) => box.width > 0);
      boxes.sort((a, b) => a.left - b.left);
      boxes.forEach((box, index) => {
        const next = boxes[index + 1];
        if (next && box.right > next.left + 1) wrong.push(`overlap in “${line.textContent.slice(0, 40)}”`);
      });
    }
    return wrong;
  });
}

/**
 * Controls whose target is smaller than `least` CSS pixels either way, by asking the page what a finger would hit. Links in
 * running text are left out, as WCAG 2.5.5 does.
 */
export function smallTargets(page: Page, least: number): Promise<string[]> {
  return page.evaluate((least) => {
    const wrong: string[] = [];
    const controls = 'button, input, select, textarea, summary, [role=option], [role=menuitem], [role=row]';
    for (const element of document.querySelectorAll<HTMLElement>(controls)) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const box = element.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      // Half scrolled out of sight, or half behind what floats above: not to be measured now.
      const scroller = element.parentElement
        ?.closest('.scroll, .chips, .attachments')
        ?.getBoundingClientRect();
      let covered =
        scroller !== undefined && (box.top < scroller.top - 1 || box.bottom > scroller.bottom + 1);
      const hits = (at: number, down: number): boolean => {
        const hit = document.elementFromPoint(at, down);
        if (hit === null) return false;
        const above = hit.closest('[popover], dialog, .floating, .toast');
        covered ||= above !== null && !above.contains(element);
        if (element.contains(hit)) return hit === element || hit.closest(controls) === element;
        const label = hit.closest('label');
        return label !== null && (label.control === element || label.contains(element));
      };
      // Behind something else, or scrolled out of sight.
      if (!hits(x, y)) continue;
      const reach = (dx: number, dy: number): number => {
        let far = 0;
        while (far < least && hits(x + dx * (far + 1), y + dy * (far + 1))) far++;
        return far;
      };
      const width = reach(-1, 0) + reach(1, 0) + 1;
      const height = reach(0, -1) + reach(0, 1) + 1;
      if (!covered && (width < least - 1 || height < least - 1))
        wrong.push(`${element.ariaLabel ?? element.textContent.trim().slice(0, 40)}: ${width} × ${height}`);
    }
    return wrong;
  }, least);
}

export interface Contrast {
  readonly text: string;
  /** Of the element that holds the text, and those around it: `button.link < div.toast`. */
  readonly where: string;
  readonly ratio: number;
}

/** Of all text in sight, the contrast (WCAG 2.2, 1.4.3) of its colour with what is painted under it. */
export function contrasts(page: Page): Promise<Contrast[]> {
  return page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    if (canvas === null) throw new Error('no canvas to read colours with');
    const read = new Map<string, readonly number[]>();
    const rgba = (css: string): readonly number[] => {
      let known = read.get(css);
      if (known === undefined) {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = css;
        canvas.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
        read.set(css, (known = [r, g, b, a / 255]));
      }
      return known;
    };
    const over = (above: readonly number[], below: readonly number[], opacity: number): number[] => {
      const alpha = (above[3] ?? 1) * opacity;
      return [0, 1, 2].map((at) => (above[at] ?? 0) * alpha + (below[at] ?? 0) * (1 - alpha));
    };
    const luminance = (colour: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const painted = (element: Element): number[] => {
      const layers: Element[] = [];
      for (let at: Element | null = element; at !== null; at = at.parentElement) layers.unshift(at);
      return layers.reduce(
        (below, layer) => over(rgba(getComputedStyle(layer).backgroundColor), below, 1),
        [255, 255, 255],
      );
    };
    const found: Contrast[] = [];
    const look = (element: Element, text: string, colour: string): void => {
      if (element.closest(':disabled, [aria-disabled=true], .aloud, .skeleton, .tip')) return;
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.bottom < 0 || box.top > innerHeight) return;
      let opacity = 1;
      for (let at: Element | null = element; at !== null; at = at.parentElement)
        opacity *= Number(getComputedStyle(at).opacity);
      const back = painted(element);
      const [a, b] = [luminance(over(rgba(colour), back, opacity)), luminance(back)];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const where = [element, element.parentElement, element.parentElement?.parentElement]
        .map((each) =>
          each
            ? [
                each.tagName.toLowerCase(),
                ...[...each.classList].filter((name) => !name.startsWith('svelte-')),
              ].join('.')
            : '',
        )
        .join(' < ');
      found.push({ text: text.slice(0, 40), where, ratio: Math.round(ratio * 100) / 100 });
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      if (text !== '' && node.parentElement)
        look(node.parentElement, text, getComputedStyle(node.parentElement).color);
    }
    for (const field of document.querySelectorAll<HTMLInputElement>(
      'input[type=text], input[type=password], textarea',
    )) {
      const empty = field.value === '';
      if (empty && field.placeholder === '') continue;
      const style = getComputedStyle(field, empty ? '::placeholder' : null);
      look(field, empty ? field.placeholder : field.value, style.color);
    }
    return found;
  });
}

/** What axe-core, an independent reviewer for assistive technology (WCAG 2.2 A and AA and good practice), complains about. */
export async function review(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    // The page's policy lets no string become a script, so this comes in through the debugger.
    const { exceptionDetails } = await session.send('Runtime.evaluate', { expression: axe.source });
    if (exceptionDetails) throw new Error(`the reviewer does not start: ${exceptionDetails.text}`);
  } finally {
    await session.detach();
  }
  const { violations, passes } = await page.evaluate((): Promise<AxeResults> =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      // The mail's frame runs no script, so it cannot be reviewed from inside; what is in it is the sender's.
      iframes: false,
      resultTypes: ['violations'],
    }),
  );
  if (passes.length < 10) throw new Error(`the reviewer found next to nothing to look at: ${passes.length}`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary?.replaceAll(/\s+/g, ' ')}`,
    ),
  );
}
