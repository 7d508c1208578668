/** Reads how the app looks at one place, for a frame that inherits none of it. */
import { cssRgb, parseRgb, lightness, type Rgb } from './colour.ts';
import type { FrameTheme } from './frame.ts';
import type { ColourReader } from './surface.ts';

/** The theme at an element, with the opaque colour it stands on. */
export interface PlaceTheme extends FrameTheme {
  readonly surface: Rgb;
}

/**
 * @param probe an element of its own inside `place`, out of sight; used to work out custom properties.
 */
export function themeAt(place: Element, probe: HTMLElement, read: ColourReader): PlaceTheme {
  const colourOf = (property: string, fallback: string): string => {
    probe.style.color = fallback;
    probe.style.color = `var(${property}, ${fallback})`;
    return onScreen(getComputedStyle(probe).color, fallback);
  };
  const surface = surfaceOf(place);
  const dark = lightness(surface) < 0.5;
  const text = onScreen(getComputedStyle(place).color, dark ? '#e8e8ea' : '#1c1c1e');
  return {
    dark,
    surface,
    ground: cssRgb(surface),
    text,
    muted: colourOf('--text-3', text),
    accent: colourOf('--accent', dark ? '#8ab4f8' : '#0b57d0'),
    border: colourOf('--line', dark ? '#3a3a3e' : '#d5d5da'),
  };

  function onScreen(value: string, fallback: string): string {
    return /^[\w\s(),./%-]+$/.test(value) && value !== '' ? value : fallback;
  }

  function surfaceOf(element: Element): Rgb {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const colour = drawn(getComputedStyle(at).backgroundColor, read);
      if (colour !== undefined && colour.a > 0.5) return colour;
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  }
}

/** Colours of any space, as the screen shows them: one dot is painted and looked at. */
function drawn(value: string, read: ColourReader): Rgb | undefined {
  const simple = parseRgb(value) ?? (/^[a-z]+$/i.test(value) ? read(value) : undefined);
  if (simple !== undefined) return simple;
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (context === null) return undefined;
  context.fillStyle = value;
  context.fillRect(0, 0, 1, 1);
  const [r = 255, g = 255, b = 255, a = 255] = context.getImageData(0, 0, 1, 1).data;
  return { r, g, b, a: a / 255 };
}
