import { describe, expect, it } from 'vitest';
import { withoutDepths } from './css-depth.ts';

const nested = (open: string, close: string, times: number): string =>
  `${open.repeat(times)}red${close.repeat(times)}`;

describe('CSS that nests', () => {
  it.each([
    '@media (max-width:600px){.a{background:linear-gradient(rgb(1,2,3),red)}} p{color:red}',
    'color: red; width: calc(1px + (2px * 3))',
    'p{background:url(a.png)} p{background:url( "a)(.png" )} p{content:"}{("}',
    'p{color:rgb(1,2,3;} a{color:red}',
    `${'p{color:red}'.repeat(5000)}`,
    `background:url(data:image/png;base64,${'A'.repeat(100_000)})`,
    ':('.repeat(10),
    '',
  ])('is left alone where it is as in any mail: %.40s', (css) => expect(withoutDepths(css)).toBe(css));

  it.each([
    ['blocks', 'a{'.repeat(40)],
    ['closed blocks', nested('@layer a{', '}', 40)],
    ['selectors', `${nested(':is(', ')', 40)}{color:red}`],
    ['values', `p{color:${nested('rgb(from ', ' r g b)', 40)}}`],
    ['brackets', `p{color:${nested('[', ']', 40)}}`],
    ['mixed', `p{color:${nested('([{', '}])', 12)}}`],
    ['closings that close nothing', `p{color:${nested('(]}', ')', 40)}}`],
    ['closings in comments', 'a{/*}*/'.repeat(40)],
    ['closings in strings', ':is("\\")",'.repeat(40)],
    ['closings in a string over lines', ':is("\\\n)",'.repeat(40)],
    ['closings in a string with an escape at the end of a line', ':is("\\75\r\n)",'.repeat(40)],
    ['closings in escapes', ':is(\\)'.repeat(40)],
    ['closings in addresses', `a{x:url(${'\\)}'.repeat(40)}) ${'a{'.repeat(40)}`],
    ['after what opens a comment in an address', `a{x:url(/*)${'a{'.repeat(40)}/**/}`],
    ['after an address in escapes', `a{x:u\\72 \\00004c(/*)${'a{'.repeat(40)}/**/}`],
    ['after what is no address', `a{x:#url(/*)*/${'url('.repeat(40)}`],
    ['after a number', `a{x:1url(${'('.repeat(40)}`],
    ['after an address that may be none', `<!--url(/*)${'a{'.repeat(40)}/**/}`],
    ['after NUL', `a{x:\0url(/*)*/${'url('.repeat(40)}`],
    ['a long prelude', `${'div '.repeat(5000)}{color:red}`],
  ])('goes where it is too deep, and all else stays: %s', (_, deep) => {
    expect(withoutDepths(`p{color:red} ${deep}`)).toBe('p{color:red}');
    expect(withoutDepths(`color:red;${deep}`)).toBe('color:red;');
  });

  it('goes where it stands first, too', () => {
    expect(withoutDepths(`\\"{}${'a{'.repeat(40)}`)).toBe('\\"{}');
    expect(withoutDepths(`\\75 rl(/*)${'a{'.repeat(40)}/**/}`)).toBe('');
  });

  it('goes by itself, where it ends', () => {
    const deep = nested('a{', '}', 40);
    expect(withoutDepths(`b{}${deep}i{}`)).toBe('b{}i{}');
    expect(withoutDepths(`width:1px;color:${nested('(', ')', 40)};height:1px`)).toBe('width:1px;height:1px');
  });

  it('takes no time that grows faster than it', () => {
    const begun = performance.now();
    for (const piece of ['a{', '(', '"\\', 'url(', '\\7', '/*', '#url(', ';', '}'])
      withoutDepths(piece.repeat(200_000));
    expect(performance.now() - begun).toBeLessThan(4000);
  });
});
