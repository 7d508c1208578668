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
function colourRole(property: string): ColourRole | undefined {
  if (!COLOUR_PROPERTY.test(property)) return undefined;
  if (property === 'background-color') return 'background';
  return property === 'color' || property === 'text-decoration-color' ? 'text' : 'border';
}

/** Notes what a mail brings while it is cleaned, and then says what surface it needs. */
export interface Palette {
  background(colour: Rgb | undefined): void;
  backgroundImage(): void;
  picture(): void;
  /** The mail says it has dark colours of its own. */
  supportsDark(): void;
  surface(dark: boolean): Surface;
}

export function createPalette(): Palette {
  let coloured = false;
  let pictures = false;
  let paintings = false;
  let ownDark = false;
  return {
    background(colour) {
      // Near-white is how many programs write "no background".
      coloured ||=
        colour === undefined || (colour.a > 0.05 && (lightness(colour) < 0.94 || chroma(colour) > 0.03));
    },
    backgroundImage() {
      paintings = true;
    },
    picture() {
      pictures = true;
    },
    supportsDark() {
      ownDark = true;
    },
    surface(dark) {
      if (dark && ownDark) return 'own';
      // Colours can be moved to a dark surface, pictures cannot: a logo drawn for its bar would float in the dark.
      return paintings || (coloured && pictures) ? 'paper' : 'app';
    },
  };
}

/** Moves the colours of one block of declarations to a dark surface, text and its own background together. */
export function darkBlock(
  colours: ReadonlyMap<string, string>,
  read: ColourReader,
  surface: Rgb,
): ReadonlyMap<string, string> {
  const moved = new Map<string, string>();
  const given = read(colours.get('background-color') ?? '');
  const ground =
    given === undefined || given.a < 0.5 ? surface : forDarkSurface(given, 'background', surface);
  for (const [property, value] of colours) {
    const role = colourRole(property);
    const colour = role === undefined ? undefined : read(value);
    // currentcolor, inherit, transparent and the like follow by themselves.
    if (role === undefined || colour === undefined) continue;
    moved.set(property, cssRgb(forDarkSurface(colour, role, role === 'text' ? ground : surface)));
  }
  return moved;
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
