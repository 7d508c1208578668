/**
 * What an attachment really is, by its first bytes. The type and name a sender declares decide nothing: a
 * browser given `text/html` or `image/svg+xml` from the app's own origin would run it.
 */

/** The only types shown inside the app: pictures that can hold no script. */
export type PreviewType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif';

/**
 * - `program`: opening it runs it
 * - `macros`: a document that can carry programs
 * - `not-what-it-says`: declared or named as a picture, and is none
 */
export type AttachmentWarning = 'program' | 'macros' | 'not-what-it-says';

export interface AttachmentType {
  /** Set when it may be shown in an `<img>`, from a blob: of exactly this type. */
  readonly preview?: PreviewType;
  /** The type to give the blob that is downloaded. Never what the sender said. */
  readonly download: 'application/octet-stream';
  readonly warning?: AttachmentWarning;
}

const PROGRAM =
  /\.(?:exe|com|scr|pif|bat|cmd|ps1|psm1|msi|msp|msix|appx|vbs?|vbe|jse?|wsf|wsh|hta|cpl|jar|lnk|url|reg|scf|inf|gadget|app|command|dmg|pkg|deb|rpm|apk|sh|run|desktop|iso|img|vhdx?|chm|mht(?:ml)?|xll|settingcontent-ms|html?|xhtml|svgz?|xml)$/i;
const MACROS = /\.(?:doc|dot|xls|xlt|ppt|pot|pps|docm|dotm|xlsm|xltm|xlam|pptm|potm|ppsm|one)$/i;

/** `firstBytes`: at least the first 12 octets of the decoded content, or all of it when shorter. */
export function safeAttachmentType(name: string, type: string, firstBytes: Uint8Array): AttachmentType {
  const preview = sniffPicture(firstBytes);
  const download = 'application/octet-stream';
  const risk = riskOfName(name);
  if (risk === 'program') return { download, warning: risk };
  if (preview !== undefined) return { download, preview };
  if (risk !== undefined) return { download, warning: risk };
  const saysPicture =
    /^image\/(?:png|jpe?g|gif|webp|avif)\b/i.test(type) || /\.(?:png|jpe?g|gif|webp|avif)$/i.test(name);
  return saysPicture && firstBytes.length > 0 ? { download, warning: 'not-what-it-says' } : { download };
}

/** What the system it is saved on would make of the name. */
function riskOfName(name: string): 'program' | 'macros' | undefined {
  if (PROGRAM.test(name.trim())) return 'program';
  return MACROS.test(name.trim()) ? 'macros' : undefined;
}

function sniffPicture(bytes: Uint8Array): PreviewType | undefined {
  const ascii = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (ascii(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (/^GIF8[79]a/.test(ascii(0, 6))) return 'image/gif';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'image/webp';
  if (ascii(4, 8) === 'ftyp' && /^avi[fs]/.test(ascii(8, 12))) return 'image/avif';
  return undefined;
}
