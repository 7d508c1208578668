import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanValue, cssUrl, isAllowedProperty } from './css-values.ts';

const hold = (): undefined => undefined;
const load = (url: string): string => `https://cdn.example/${url}`;

describe('properties', () => {
  it.each([
    'color',
    'background-image',
    'margin-top',
    'padding-inline-start',
    'border-left-color',
    'border-top-left-radius',
  ])('%s may be set', (name) => expect(isAllowedProperty(name)).toBe(true));
  it.each([
    'position',
    'top',
    'inset-block-start',
    'z-index',
    'cursor',
    'content',
    'behavior',
    '-moz-binding',
    'filter',
    'mask-image',
    'transform',
    'animation-name',
    'pointer-events',
    'list-style-image',
    'border-image-source',
    '--x',
    'zoom',
    'will-change',
    'src',
    '__proto__',
    'constructor',
  ])('%s may not', (name) => expect(isAllowedProperty(name)).toBe(false));
});

describe('values', () => {
  it.each([
    ['color', 'rgb(1, 2, 3)'],
    ['color', 'oklch(0.5 0.1 200 / 0.5)'],
    ['width', 'calc(100% - 20px)'],
    ['margin-left', 'auto'],
    ['margin-left', 'calc(20px + 1em)'],
    ['font-family', '"Helvetica Neue", Arial, sans-serif'],
    ['font-family', '"メイリオ", Meiryo'],
    ['background-image', 'linear-gradient(90deg, rgb(0, 0, 0) 0%, rgba(0, 0, 0, 0.5))'],
    ['grid-template-columns', 'repeat(2, minmax(0px, 1fr))'],
    ['letter-spacing', '-0.5px'],
    ['display', 'table-cell'],
    ['overflow-x', 'auto'],
  ])('%s: %s stays', (name, value) => expect(cleanValue(name, value, hold)).toBe(value));

  it.each([
    ['color', 'var(--x)'],
    ['color', 'env(x)'],
    ['color', 'attr(title)'],
    ['width', 'expression(alert(1))'],
    ['width', '100vh'],
    ['height', '50%'],
    ['min-height', '100dvh'],
    ['padding-top', '20vmax'],
    ['width', '99999px'],
    ['font-size', '1e9px'],
    ['margin-top', '-1px'],
    ['margin-left', 'calc(0px - 500px)'],
    ['margin-left', 'calc(-1 * 500px)'],
    ['margin-left', 'min(0px,-.5em)'],
    ['text-indent', '-9999px'],
    ['display', 'inline flow-root list-item'],
    ['display', 'ruby'],
    ['overflow-y', 'scroll'],
    ['font-family', '"x\\22 y"'],
    ['font-family', '"}</style><script>"'],
    ['background-image', 'url("a.png")'],
    ['background-image', 'image-set(url("a.png") 1x)'],
    ['background-image', '-webkit-cross-fade(url("a"), url("b"), 50%)'],
    ['background-image', 'paint(x)'],
    ['color', 'url("a.png")'],
    ['color', `rgb(${' '.repeat(5000)}1,2,3)`],
  ])('%s: %s goes', (name, value) => expect(cleanValue(name, value, hold)).toBeUndefined());

  it('an address is loaded where images may stand, and names nobody', () => {
    expect(cleanValue('background-image', 'url("a.png"), linear-gradient(red, blue)', load)).toBe(
      'url("https://cdn.example/a.png" referrer-policy(no-referrer)), linear-gradient(red, blue)',
    );
    expect(cleanValue('list-style-image', 'url("a.png")', load)).toBeUndefined();
    expect(cleanValue('color', 'url("a.png")', load)).toBeUndefined();
  });

  it('one address that is held back holds back the declaration', () => {
    const some = (url: string): string | undefined => (url === 'a' ? 'blob:x' : undefined);
    expect(cleanValue('background-image', 'url("a")', some)).toBe('url("blob:x")');
    expect(cleanValue('background-image', 'url("a"), url("b")', some)).toBeUndefined();
  });

  it('no address ends the url() it stands in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (address) => {
        const inner = cssUrl(address).slice(5, -2);
        expect(inner).not.toMatch(/["\\\n\r\f<>]/);
      }),
    );
    expect(cssUrl('https://x.example/"),url("y')).not.toContain('"),url("');
  });

  it('what stays is made of what is allowed, whatever comes in', () => {
    const pieces = fc.constantFrom(
      'url(',
      '"',
      ')',
      '(',
      'red',
      '\\75 rl(',
      '/*',
      '*/',
      ';',
      '}',
      '@import',
      'image-set(',
      'https://x',
      ' ',
      ',',
      '-9px',
      'calc(',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 12 }),
        fc.constantFrom('background-image', 'color', 'margin-top'),
        (parts, name) => {
          const kept = cleanValue(name, parts.join(''), hold);
          if (kept !== undefined) expect(kept).not.toMatch(/url\(|image-set\(|[;}@\\]/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
