import type { BodyPart } from '../imap/types.ts';

/** text/enriched (RFC 1896) and its forerunner text/richtext (RFC 1341 §7.1.3). */
export function isEnriched({ type, subtype }: BodyPart): boolean {
  return type === 'text' && (subtype === 'enriched' || subtype === 'richtext');
}

/** Its text: commands and their parameters dropped, `<<` undone, single line breaks joined. */
export function textOfEnriched(enriched: string): string {
  return enriched
    .replace(/\r\n?/g, '\n')
    .replace(/(?<!\n)\n(?!\n)/g, ' ')
    .replace(/\n(\n+)/g, '$1')
    .replace(/<param>[^<]*<\/param>/gi, '')
    .replace(/<<|<\/?(nl|[a-z0-9-]{1,60})>/gi, (command, name: string | undefined) => {
      if (command === '<<') return '<';
      return name?.toLowerCase() === 'nl' ? '\n' : '';
    });
}
