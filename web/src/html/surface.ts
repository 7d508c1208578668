/**
 * What a mail stands on. Most mail sets few colours or none and can stand on the app's own surface, light or
 * dark; a designed newsletter needs the white paper it was designed on.
 */
import { chroma, cssRgb, forDarkSurface, lightness, parseRgb, type ColourRole, type Rgb } from './colour.ts';

/** `app`: the app's surface and text colour; `paper`: white in any scheme; `own`: the mail brings dark colours. */
export type Surface = 'app' | 'paper' | 'own';

/** Reads any CSS colour; undefined when it is none, or none that can be worked with. */
export type ColourReader = (value: string) => Rgb | undefined;

const COLOUR_PROPERTY = /^(?:color|background-color|(?:border-[a-z-]+|outline|text-decoration)-color)$/;

/** What part a property's colour plays; undefined when the property is not a colour. */
export function colourRole(property: string): ColourRole | undefined {
  if (!COLOUR_PROPERTY.test(property)) return undefined;
  if (property === 'background-color') return 'background';
  return property === 'color' || property === 'text-decoration-color' ? 'text' : 'border';
}

/** Notes the colours a mail sets while it is cleaned, and then says what surface it needs. */
export interface Palette {
  background(colour: Rgb | undefined): void;
  backgroundImage(): void;
  /** The mail says it has dark colours of its own. */
  supportsDark(): void;
  surface(dark: boolean): Surface;
}

export function createPalette(): Palette {
  let designed = false;
  let ownDark = false;
  return {
    background(colour) {
      // Near-white is how many programs write "no background".
      designed ||=
        colour === undefined || (colour.a > 0.05 && (lightness(colour) < 0.94 || chroma(colour) > 0.03));
    },
    backgroundImage() {
      designed = true;
    },
    supportsDark() {
      ownDark = true;
    },
    surface(dark) {
      if (dark && ownDark) return 'own';
      return designed ? 'paper' : 'app';
    },
  };
}

/** A colour of a plain mail, as it has to be on the app's dark surface; undefined: leave it out. */
export function darkColour(
  value: string,
  role: ColourRole,
  read: ColourReader,
  surface: Rgb,
): string | undefined {
  const colour = read(value);
  // currentcolor, inherit, transparent and the like follow by themselves.
  if (colour === undefined) return value;
  if (role === 'background') return undefined;
  return cssRgb(forDarkSurface(colour, role, surface));
}

/** A reader that lets the browser work out names, hsl() and the rest: a canvas gives them back as `#rrggbb`. */
export function createColourReader(): ColourReader {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  const known = new Map<string, Rgb | undefined>();
  return (value) => {
    if (known.has(value)) return known.get(value);
    let colour = parseRgb(value);
    if (
      colour === undefined &&
      context !== null &&
      !/^(?:currentcolor|inherit|initial|unset|revert)/i.test(value)
    ) {
      // A value the canvas does not know leaves the last one standing: ask twice, from two beginnings.
      const answers = ['#010203', '#040506'].map((start) => {
        context.fillStyle = start;
        context.fillStyle = value;
        return context.fillStyle;
      });
      if (answers[0] === answers[1] && answers[0] !== undefined) colour = parseRgb(answers[0]);
    }
    known.set(value, colour);
    return colour;
  };
}
