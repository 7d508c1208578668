/** What kind of file an attachment says it is, for its picture. Decides nothing: what may be previewed is sniffed. */
import FileArchive from '@lucide/svelte/icons/file-archive';
import FileAudio from '@lucide/svelte/icons/file-music';
import FileIcon from '@lucide/svelte/icons/file';
import FileImage from '@lucide/svelte/icons/file-image';
import FileSpreadsheet from '@lucide/svelte/icons/file-spreadsheet';
import FileText from '@lucide/svelte/icons/file-text';
import FileVideo from '@lucide/svelte/icons/file-video-camera';
import Calendar from '@lucide/svelte/icons/calendar';
import Mail from '@lucide/svelte/icons/mail';
import type { Icon } from './icon.ts';

const kinds: readonly (readonly [RegExp, Icon])[] = [
  [/^image\//, FileImage],
  [/^video\//, FileVideo],
  [/^audio\//, FileAudio],
  [/calendar|\/ics$/, Calendar],
  [/^message\//, Mail],
  [/sheet|excel|csv/, FileSpreadsheet],
  [/zip|tar|compressed|rar|7z/, FileArchive],
  [/^text\/|pdf|word|document|rtf/, FileText],
];

export function fileIcon(type: string): Icon {
  return kinds.find(([pattern]) => pattern.test(type.toLowerCase()))?.[1] ?? FileIcon;
}
