/** Text as the parameters of MAIL and RCPT carry it (RFC 3461 §4). */
import { isAscii } from '../bytes/index.ts';
import { UsageError } from '../error.ts';

/**
 * ```abnf
 * xtext   = *( xchar / hexchar )
 * xchar   = any ASCII CHAR between "!" (33) and "~" (126) inclusive, except for "+" and "="
 * hexchar = ASCII "+" immediately followed by two upper case hexadecimal digits
 * ```
 * UsageError where `text` is not printable ASCII: RFC 3461 §4.2 and §4.4 leave no way to write that.
 */
export function encodeXtext(text: string): string {
  if (!/^[ -~]*$/.test(text)) throw new UsageError('xtext of what is not printable ASCII');
  return text.replace(/[ +=]/g, (char) => `+${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The reverse; undefined where it is not xtext. */
export function decodeXtext(xtext: string): string | undefined {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/.test(xtext)) return undefined;
  return xtext.replace(/\+(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/**
 * `original-recipient-address = addr-type ";" xtext` (RFC 3461 §4.2), and for an address beyond ASCII the type `utf-8` with
 * its characters as `\x{…}` (RFC 6533 §3), which needs no SMTPUTF8 further down the road.
 */
export function originalRecipient(address: string): string {
  if (isAscii(address)) return `rfc822;${encodeXtext(address)}`;
  const text = address.replace(
    /[^!-*,-<>-[\]-~]/gu,
    (char) => `\\x{${char.codePointAt(0)!.toString(16).toUpperCase().padStart(2, '0')}}`,
  );
  return `utf-8;${text}`;
}
