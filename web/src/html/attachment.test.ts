import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeAttachmentType } from './attachment-type.ts';
import { MAX_FILE_NAME, safeFileName } from './file-name.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
const PNG = bytes('\x89PNG\r\n\x1a\n\0\0\0\rIHDR');

describe('file names', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['Ünïcödé 文書.docx', 'Ünïcödé 文書.docx'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system32\\calc.exe', 'calc.exe'],
    ['/', 'attachment'],
    ['..', 'attachment'],
    ['', 'attachment'],
    ['   ', 'attachment'],
    ['.htaccess', 'htaccess'],
    ['annex\u202egpj.exe', 'annexgpj.exe'],
    ['a\u2066b\u2069\u200f\u061c.txt', 'ab.txt'],
    ['invoice.pdf                              .exe', 'invoice.pdf.exe'],
    ['invoice.pdf\u00a0\u3000\u2003.exe', 'invoice.pdf.exe'],
    ['in\u0000voice\u0007.pdf', 'invoice.pdf'],
    ['two\r\nlines.txt', 'two lines.txt'],
    ['a<b>c:d"e|f?g*h.txt', 'a_b_c_d_e_f_g_h.txt'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['console.txt', 'console.txt'],
    ['trailing. . ', 'trailing'],
    ['photo.jpg/', 'photo.jpg'],
  ])('%j is saved as %j', (given, name) => expect(safeFileName(given)).toBe(name));

  it('long names keep their ending', () => {
    const name = safeFileName(`${'x'.repeat(10_000)}.tar.gz.exe`);
    expect(Array.from(name)).toHaveLength(MAX_FILE_NAME);
    expect(name.endsWith('….exe')).toBe(true);
    expect(Array.from(safeFileName('👩‍👩‍👧'.repeat(1000))).length).toBeLessThanOrEqual(MAX_FILE_NAME);
  });

  it('whatever is sent, the name is one visible, harmless word of a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = safeFileName(given);
        expect(name).not.toMatch(
          /[/\\<>:"|?*\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|^\.|[. ]$/,
        );
        expect(name.length).toBeGreaterThan(0);
        expect(name.isWellFormed()).toBe(true);
        expect(Array.from(name).length).toBeLessThanOrEqual(MAX_FILE_NAME);
        expect(safeFileName(name)).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('attachment types', () => {
  it.each([
    ['a.png', PNG, 'image/png'],
    ['b.bin', PNG, 'image/png'],
    ['a.jpg', bytes('\xff\xd8\xff\xe0'), 'image/jpeg'],
    ['a.gif', bytes('GIF89a'), 'image/gif'],
    ['a.webp', bytes('RIFF\0\0\0\0WEBPVP8 '), 'image/webp'],
    ['a.avif', bytes('\0\0\0\x1cftypavif'), 'image/avif'],
  ])('%s is shown as what its bytes are', (name, first, preview) => {
    expect(safeAttachmentType(name, 'text/html', first)).toEqual({
      download: 'application/octet-stream',
      preview,
    });
  });

  it.each([
    ['a.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'program'],
    ['a.html', 'image/png', '<html>', 'program'],
    ['a.png', 'image/png', '<script>alert(1)</script>', 'not-what-it-says'],
    ['a', 'image/jpeg', '%PDF-1.7', 'not-what-it-says'],
    ['photo.jpg.exe', 'image/jpeg', 'MZ', 'program'],
    ['setup.MSI', 'application/octet-stream', '\xd0\xcf\x11\xe0', 'program'],
    ['budget.xlsm', 'application/octet-stream', 'PK', 'macros'],
  ] as const)('%s (%s) is not shown: %s', (name, type, first, warning) => {
    expect(safeAttachmentType(name, type, bytes(first))).toEqual({
      download: 'application/octet-stream',
      warning,
    });
  });

  it.each([
    ['a.pdf', 'application/pdf', '%PDF-1.7'],
    ['a.txt', 'text/plain', 'hello'],
    ['a.heic', 'image/heic', '\0\0\0\x18ftypheic'],
    ['not yet here.png', 'image/png', ''],
  ])('%s is only saved', (name, type, first) => {
    expect(safeAttachmentType(name, type, bytes(first))).toEqual({ download: 'application/octet-stream' });
  });

  it('a picture that is also named as a program is a program', () => {
    expect(safeAttachmentType('x.png.hta', 'image/png', PNG)).toMatchObject({ warning: 'program' });
    expect(safeAttachmentType('x.png.hta', 'image/png', PNG).preview).toBeUndefined();
  });
});
