/** Modified UTF-7 of mailbox names (RFC 3501 §5.1.3). */

/** Encodes a mailbox name for the wire. */
export function encodeUtf7(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === '&') return '&-';
    const utf16 = Buffer.from(run, 'utf16le').swap16();
    return `&${utf16.toString('base64').replace(/=+$/, '').replaceAll('/', ',')}-`;
  });
}

/** Decodes a mailbox name from the wire; undefined when it is not well-formed. */
export function decodeUtf7(wire: string): string | undefined {
  if (/[^\x20-\x7e]/.test(wire)) return undefined;
  let valid = true;
  const name = wire.replace(/&([^-]*)(-?)/g, (_, encoded: string, end: string) => {
    if (end === '' || !/^[A-Za-z0-9+,]*$/.test(encoded)) valid = false;
    if (encoded === '') return '&';
    const utf16 = Buffer.from(encoded.replaceAll(',', '/'), 'base64');
    if (utf16.length === 0 || utf16.length % 2 !== 0) {
      valid = false;
      return '';
    }
    return utf16.swap16().toString('utf16le');
  });
  return valid ? name : undefined;
}
