import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrast, cssRgb, forDarkSurface, lightness, parseRgb, type Rgb } from './colour.ts';
import { createPalette, darkBlock } from './surface.ts';

const DARK: Rgb = { r: 23, g: 26, b: 29, a: 1 };
const any = fc.record({ r: fc.nat(255), g: fc.nat(255), b: fc.nat(255), a: fc.constant(1) });

describe('colours', () => {
  it.each([
    ['rgb(1, 2, 3)', { r: 1, g: 2, b: 3, a: 1 }],
    ['rgba(1, 2, 3, 0.5)', { r: 1, g: 2, b: 3, a: 0.5 }],
    ['rgb(100% 0% 0% / 50%)', { r: 255, g: 0, b: 0, a: 0.5 }],
    ['#abc', { r: 170, g: 187, b: 204, a: 1 }],
    ['#01020380', { r: 1, g: 2, b: 3, a: 128 / 255 }],
    ['red', undefined],
    ['#12', undefined],
    ['rgb(1,2)', undefined],
  ])('%s', (css, rgb) => expect(parseRgb(css)).toEqual(rgb));

  it('contrast is measured as WCAG does', () => {
    const [black, white] = [
      { r: 0, g: 0, b: 0, a: 1 },
      { r: 255, g: 255, b: 255, a: 1 },
    ];
    expect(contrast(black, white)).toBeCloseTo(21);
    expect(contrast({ r: 119, g: 119, b: 119, a: 1 }, white)).toBeCloseTo(4.48, 1);
    expect(lightness(white)).toBeCloseTo(1);
  });
});

describe('on a dark surface', () => {
  it('text of any colour can be read', () => {
    fc.assert(fc.property(any, (colour) => contrast(forDarkSurface(colour, 'text', DARK), DARK) >= 4.4));
  });

  it('text can be read on whatever background its own block sets', () => {
    fc.assert(
      fc.property(any, any, (text, ground) => {
        const moved = darkBlock(
          new Map([
            ['color', cssRgb(text)],
            ['background-color', cssRgb(ground)],
          ]),
          parseRgb,
          DARK,
        );
        const [front, back] = ['color', 'background-color'].map((name) => parseRgb(moved.get(name) ?? ''));
        return front !== undefined && back !== undefined && contrast(front, back) >= 4.4;
      }),
      // White and nearly black both fall short on this one; black does not.
      {
        examples: [
          [
            { r: 8, g: 6, b: 52, a: 1 },
            { r: 233, g: 0, b: 128, a: 1 },
          ],
        ],
      },
    );
  });

  it('white becomes the surface, light becomes dark, a button stays a button', () => {
    expect(forDarkSurface({ r: 255, g: 255, b: 255, a: 1 }, 'background', DARK)).toEqual(DARK);
    expect(lightness(forDarkSurface({ r: 240, g: 240, b: 245, a: 1 }, 'background', DARK))).toBeLessThan(
      0.35,
    );
    expect(forDarkSurface({ r: 11, g: 61, b: 145, a: 1 }, 'background', DARK)).toEqual({
      r: 11,
      g: 61,
      b: 145,
      a: 1,
    });
  });

  it('what is not a colour is left alone', () => {
    expect(
      darkBlock(
        new Map([
          ['color', 'inherit'],
          ['width', '#fff'],
        ]),
        parseRgb,
        DARK,
      ).size,
    ).toBe(0);
  });
});

describe('surfaces', () => {
  const surface = (note: (palette: ReturnType<typeof createPalette>) => void, dark = true): string => {
    const palette = createPalette();
    note(palette);
    return palette.surface(dark);
  };
  const grey = { r: 200, g: 200, b: 200, a: 1 };
  const white = { r: 255, g: 255, b: 255, a: 1 };

  it('are the app’s for plain mail, paper for designed mail, the mail’s own where it has one', () => {
    expect(surface(() => undefined)).toBe('app');
    expect(surface((palette) => palette.background(white))).toBe('app');
    expect(surface((palette) => palette.background(grey))).toBe('app');
    expect(surface((palette) => palette.picture())).toBe('app');
    expect(surface((palette) => (palette.picture(), palette.background(grey)))).toBe('paper');
    expect(surface((palette) => palette.backgroundImage())).toBe('paper');
    expect(surface((palette) => (palette.backgroundImage(), palette.supportsDark()))).toBe('own');
    expect(surface((palette) => (palette.backgroundImage(), palette.supportsDark()), false)).toBe('paper');
  });
});
