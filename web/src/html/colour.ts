/**
 * Colours for dark surfaces, worked out in OKLab (Ottosson 2020), where lightness is what the eye sees: hue
 * stays, lightness turns over, and the result is made light enough to read.
 */

/** Red, green and blue 0–255, alpha 0–1. */
export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly a: number;
}

/** What a colour is for decides which way it has to move. */
export type ColourRole = 'text' | 'background' | 'border';

/** Reads `rgb()`, `rgba()` (comma or space form) and `#` notation; undefined for everything else. */
export function parseRgb(value: string): Rgb | undefined {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(value)?.[1];
  if (hex !== undefined) return parseHex(hex);
  const numbers = /^rgba?\(([^)]*)\)$/i
    .exec(value)?.[1]
    ?.split(/[\s,/]+/)
    .filter((part) => part !== '');
  if (numbers === undefined || numbers.length < 3 || numbers.length > 4) return undefined;
  const scaled = numbers.map((part, index) => {
    const number = Number.parseFloat(part);
    return part.endsWith('%') ? (number / 100) * (index < 3 ? 255 : 1) : number;
  });
  const [r = Number.NaN, g = Number.NaN, b = Number.NaN, a = 1] = scaled;
  return [r, g, b, a].every(Number.isFinite) ? { r, g, b, a } : undefined;
}

function parseHex(hex: string): Rgb | undefined {
  if (hex.length === 5 || hex.length === 7) return undefined;
  const long = hex.length <= 4 ? [...hex].map((digit) => digit + digit).join('') : hex;
  const byte = (at: number): number => Number.parseInt(long.slice(at, at + 2), 16);
  return { r: byte(0), g: byte(2), b: byte(4), a: long.length === 8 ? byte(6) / 255 : 1 };
}

const toLinear = (channel: number): number => {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};
const toGamma = (c: number): number => 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);

interface OkLab {
  readonly l: number;
  readonly a: number;
  readonly b: number;
}

function toOkLab({ r, g, b }: Rgb): OkLab {
  const [x, y, z] = [toLinear(r), toLinear(g), toLinear(b)];
  const l = Math.cbrt(0.4122214708 * x + 0.5363325363 * y + 0.0514459929 * z);
  const m = Math.cbrt(0.2119034982 * x + 0.6806995451 * y + 0.1073969566 * z);
  const s = Math.cbrt(0.0883024619 * x + 0.2817188376 * y + 0.6299787005 * z);
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

function fromOkLab({ l: lightness, a, b }: OkLab): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** Back to RGB, chroma lowered until the colour exists on a screen. */
function inGamut(lab: OkLab, alpha: number): Rgb {
  let scale = 1;
  let linear = fromOkLab(lab);
  while (scale > 0 && linear.some((c) => c < -0.001 || c > 1.001)) {
    scale -= 0.05;
    linear = fromOkLab({ l: lab.l, a: lab.a * scale, b: lab.b * scale });
  }
  const [r, g, b] = linear.map((c) => Math.round(toGamma(Math.min(1, Math.max(0, c))))) as [
    number,
    number,
    number,
  ];
  return { r, g, b, a: alpha };
}

/** Perceived lightness, 0 (black) to 1 (white). */
export function lightness(colour: Rgb): number {
  return toOkLab(colour).l;
}

/** How colourful, 0 (grey) to about 0.32. */
export function chroma(colour: Rgb): number {
  const { a, b } = toOkLab(colour);
  return Math.hypot(a, b);
}

/** Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: Rgb, other: Rgb): number {
  const luminance = ({ r, g, b }: Rgb): number =>
    0.2126 * toLinear(r) + 0.7152 * toLinear(g) + 0.0722 * toLinear(b);
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Text keeps at least this contrast with the surface it stands on (WCAG 2.2, 1.4.3). */
const TEXT_CONTRAST = 4.5;

/** Backgrounds lighter than this are turned dark; others (buttons, bars) stay what they are. */
const LIGHT_BACKGROUND = 0.75;

/**
 * The colour that plays the same part on a dark surface as this one did on white.
 * @param surface for text, what it stands on; for the rest, the dark surface that takes the part of white.
 */
export function forDarkSurface(colour: Rgb, role: ColourRole, surface: Rgb): Rgb {
  if (colour.a === 0) return colour;
  const lab = toOkLab(colour);
  const floor = lightness(surface);
  if (role === 'text') return readableOn(surface, lab, colour.a);
  if (role === 'border')
    return inGamut({ l: Math.min(0.75, floor + (1 - lab.l) * 0.85), a: lab.a, b: lab.b }, colour.a);
  if (lab.l > 0.985) return { ...surface, a: colour.a };
  if (lab.l < LIGHT_BACKGROUND) return inGamut({ ...lab, l: Math.max(lab.l, floor) }, colour.a);
  return inGamut({ l: floor + (1 - lab.l) * 0.8, a: lab.a * 0.7, b: lab.b * 0.7 }, colour.a);
}

function readableOn(surface: Rgb, lab: OkLab, alpha: number): Rgb {
  let l = lab.l > 0.72 ? lab.l : 0.93 - 0.3 * (lab.l / 0.72);
  let turned = inGamut({ ...lab, l }, alpha);
  while (contrast(turned, surface) < TEXT_CONTRAST && l < 1) {
    l = Math.min(1, l + 0.03);
    turned = inGamut({ ...lab, l }, alpha);
  }
  if (contrast(turned, surface) >= TEXT_CONTRAST) return turned;
  const original = inGamut(lab, alpha);
  // On a middling ground only the ends of the scale are far enough away: one of them always is (at least 4.58).
  const black = { r: 0, g: 0, b: 0, a: alpha };
  const white = { r: 255, g: 255, b: 255, a: alpha };
  return [turned, original, black, white].reduce((best, next) =>
    contrast(next, surface) > contrast(best, surface) ? next : best,
  );
}

/** As CSS writes it. */
export function cssRgb({ r, g, b, a }: Rgb): string {
  return a < 1 ? `rgba(${r}, ${g}, ${b}, ${a})` : `rgb(${r}, ${g}, ${b})`;
}
