import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Rgb = readonly [number, number, number];

/** OKLCH to linear sRGB, by the matrices of CSS Color 4 §10. */
function linear(l: number, c: number, h: number): Rgb {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const tokens = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function token(name: string, scheme: 'light' | 'dark'): Rgb {
  const colour = String.raw`oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)`;
  const found = new RegExp(`--${name}:\\s*light-dark\\(\\s*${colour},\\s*${colour}`).exec(tokens);
  if (found === null) throw new Error(`no colour token ${name}`);
  const [l, c, h] = (scheme === 'light' ? found.slice(1, 4) : found.slice(4, 7)).map(Number);
  return linear(l!, c!, h!);
}

const surfaces = ['surface', 'ground', 'raised', 'accent-soft'];

describe.each(['light', 'dark'] as const)('in the %s scheme', (scheme) => {
  const cases: [string, string, number][] = [
    ...surfaces.map((surface): [string, string, number] => ['text', surface, 7]),
    ...['surface', 'ground', 'raised'].map((surface): [string, string, number] => ['text-2', surface, 7]),
    ...surfaces.map((surface): [string, string, number] => ['text-3', surface, 4.5]),
    ...surfaces.map((surface): [string, string, number] => ['accent', surface, 4.5]),
    ...['danger', 'warning', 'success', 'quote-1', 'quote-2', 'quote-3'].flatMap(
      (name): [string, string, number][] => [
        [name, 'surface', 4.5],
        [name, 'raised', 4.5],
      ],
    ),
    ['danger', 'danger-soft', 4.5],
    ['warning', 'warning-soft', 4.5],
    ['success', 'success-soft', 4.5],
    ['text', 'warning-soft', 7],
    ['text', 'danger-soft', 7],
    ['on-fill', 'fill', 4.5],
    ['on-fill', 'fill-strong', 4.5],
    ['line-strong', 'surface', 3],
    ['line-strong', 'raised', 3],
    ['focus', 'surface', 3],
    ['focus', 'ground', 3],
    ['focus', 'accent-soft', 3],
    ...['raised', 'sunken', 'warning-soft', 'danger-soft', 'success-soft'].map(
      (surface): [string, string, number] => ['focus', surface, 3],
    ),
    ['text-2', 'sunken', 4.5],
    ['text-3', 'sunken', 4.5],
  ];

  it.each(cases)('%s on %s is at least %d:1', (front, back, least) => {
    expect(contrast(token(front, scheme), token(back, scheme))).toBeGreaterThanOrEqual(least);
  });
});
