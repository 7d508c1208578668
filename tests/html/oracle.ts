/** What must hold of whatever ends up in a mail frame, said without a look at how it is brought about. */
import type { Page } from 'playwright-core';

const FORBIDDEN =
  'script,iframe,frame,frameset,object,embed,applet,link,base,form,input,button,textarea,select,svg,math,video,audio,source,track,template,dialog,portal,body style,body meta,slot,canvas,noscript,xml,marquee,fencedframe';

/** Breaches found in the frame now shown; empty when all is well. */
export async function breaches(page: Page, images: 'none' | 'remote' = 'none'): Promise<string[]> {
  return page.evaluate(
    ({ forbidden, remote }) => {
      const found: string[] = [];
      const frame = document.querySelector('iframe');
      const inside = frame?.contentDocument;
      if (frame === null || inside === null || inside === undefined) return ['no frame'];
      if (frame.hidden) return [];
      const view = inside.defaultView;
      if (view === null) return ['no window'];
      for (const element of inside.querySelectorAll(forbidden))
        found.push(`element ${element.outerHTML.slice(0, 100)}`);
      if (Object.prototype.toString.call(inside.body) !== '[object HTMLBodyElement]')
        found.push('body clobbered');
      for (const element of inside.body.querySelectorAll<HTMLElement>('*')) {
        const style = view.getComputedStyle(element);
        if (style.position !== 'static' || style.zIndex !== 'auto')
          found.push(`positioned ${element.outerHTML.slice(0, 80)}`);
        if (style.transform !== 'none') found.push('transformed');
        for (const side of ['marginTop', 'marginLeft', 'marginRight', 'marginBottom'] as const) {
          if (Number.parseFloat(style[side]) < 0) found.push(`${side} ${style[side]}`);
        }
        if (/url\((?!"(?:blob:|data:image\/)|"https:)/.test(style.backgroundImage))
          found.push(style.backgroundImage);
      }
      for (const element of inside.querySelectorAll<HTMLElement>('body, body *')) {
        for (const { name, value } of element.attributes) {
          const text = `${element.localName} ${name}=${value.slice(0, 80)}`;
          if (
            /^on|^(?:srcset|ping|formaction|action|background|poster|is|popover|slot|nonce|autofocus|contenteditable|srcdoc|download|xlink:href|data)$/.test(
              name,
            )
          )
            found.push(text);
          if (name === 'href' && !/^(?:https?:\/\/|mailto:|tel:|#m-)/.test(value)) found.push(text);
          if (
            name === 'src' &&
            !(remote ? /^(?:blob:|data:image\/(?!svg)|https:)/ : /^(?:blob:|data:image\/(?!svg))/).test(value)
          )
            found.push(text);
          if (name === 'id' && !value.startsWith('m-')) found.push(text);
          if (name === 'name' && element.localName !== 'map') found.push(text);
          if (name === 'target' && value !== '_blank') found.push(text);
          if (
            name === 'style' &&
            /url\((?!"(?:blob:|data:image|https:))|expression|@import|(?:^|;)\s*position:|\\/i.test(value)
          )
            found.push(text);
        }
      }
      for (const style of inside.querySelectorAll('style')) {
        const css = style.textContent.replace(
          /url\("(?:blob:|data:image\/|https:)[^"]*"(?: referrer-policy\(no-referrer\))?\)/g,
          remote ? '' : '$&',
        );
        if (
          /url\((?!"(?:blob:|data:image\/))|@import|@font-face|image-set|:visited|expression|\\75/i.test(css)
        )
          found.push(`style ${css.slice(0, 200)}`);
      }
      const room = document.getElementById('place')?.getBoundingClientRect();
      const box = frame.getBoundingClientRect();
      if (room && (box.left < room.left || box.right > room.right + 0.5 || box.top < room.top))
        found.push('frame sticks out');
      if (box.height > 100_001) found.push(`frame is ${box.height} px tall`);
      return found;
    },
    { forbidden: FORBIDDEN, remote: images === 'remote' },
  );
}

/** Does with the mail what a person might: points at everything, gives it the focus, presses it. */
export async function provoke(page: Page): Promise<void> {
  await page.evaluate(() => {
    const inside = document.querySelector('iframe')?.contentDocument;
    for (const element of [...(inside?.querySelectorAll<HTMLElement>('body *') ?? [])].slice(0, 60)) {
      for (const type of ['mouseover', 'mousemove', 'mouseenter', 'mousedown', 'mouseup']) {
        element.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }));
      }
      element.focus();
      element.click();
    }
  });
}
