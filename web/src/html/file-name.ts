/** Names of attachments: the sender chose them, the person's disk gets them. */

export const MAX_FILE_NAME = 150;

const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/**
 * A name that is safe to show and to save: no path, no invisible or direction-turning characters (so that
 * `gpj.exe` cannot read `exe.jpg`), no characters a file system refuses, at most 150 characters with the real
 * extension kept and in sight.
 * @param fallback used when nothing is left.
 */
export function safeFileName(name: string, fallback = 'attachment'): string {
  const flat = name
    .replace(/[\r\n\t]+/g, ' ')
    .replace(UNSEEN, '')
    .replace(/\p{Cs}/gu, '�');
  const last = flat.split(/[/\\]/).findLast((part) => !/^[\s.]*$/.test(part)) ?? '';
  const clean = last
    .replace(/[<>:"|?*]/g, '_')
    // A row of spaces pushes the real extension out of sight.
    .replace(/\p{White_Space}+/gu, ' ')
    .replace(/\s+(?=\.[^.\s]{1,12}$)/, '')
    .replace(/^[\s.]+|[\s.]+$/g, '')
    .replace(RESERVED, '_$&');
  return clean === '' ? fallback : clip(clean);
}

function clip(name: string): string {
  const letters = Array.from(name);
  if (letters.length <= MAX_FILE_NAME) return name;
  const extension = Array.from(/\.[^.\s]{1,16}$/u.exec(name)?.[0] ?? '');
  const stem = letters.slice(0, letters.length - extension.length);
  return [...stem.slice(0, MAX_FILE_NAME - extension.length - 1), '…', ...extension].join('');
}
