import type { CalendarEvent } from './documents.ts';
import { calendar, docx, pdf, zip } from './documents.ts';
import { attachedMessage, file } from './mime.ts';
import type { Part } from './mime.ts';
import { seascape } from './pictures.ts';

/** Attachments as parts, by what they are. */

export function photo(name: string, mood: number): Part {
  return file(name, 'image/png', seascape(mood, 560, 350));
}

export function paper(name: string, lines: readonly string[]): Part {
  return file(name, 'application/pdf', pdf(lines));
}

export function table(name: string, rows: ReadonlyArray<ReadonlyArray<string | number>>): Part {
  const content = rows.map((row) =>
    row.map((cell) => (/[",]/.test(String(cell)) ? `"${cell}"` : cell)).join(','),
  );
  return file(name, 'text/csv', Buffer.from(`${content.join('\r\n')}\r\n`), {
    parameters: '; charset=utf-8',
  });
}

export function note(name: string, content: string): Part {
  return file(name, 'text/plain', Buffer.from(content.replace(/\n/g, '\r\n')), {
    parameters: '; charset=utf-8',
  });
}

export function draft(name: string, paragraphs: readonly string[]): Part {
  const type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  return file(name, type, docx(paragraphs));
}

export function archive(name: string, files: ReadonlyArray<readonly [string, Buffer]>): Part {
  return file(name, 'application/zip', zip(files));
}

export function event(name: string, details: CalendarEvent): Part {
  return file(name, 'text/calendar', Buffer.from(calendar(details, 'PUBLISH')), {
    parameters: '; charset=utf-8',
  });
}

export { attachedMessage as mail };
