/** Parts whose content is not here: message/external-body and message/partial, RFC 2046 §5.2.2 and §5.2.3. */
import type { BodyPart } from '../imap/types.ts';
import { parameterValue } from './parameter.ts';
import { oneLine } from './text.ts';

/** Where the content is said to be. Nothing fetches it: it is told to the person. */
export interface ExternalBody {
  /** `url`, `anon-ftp`, `mail-server` …, lower-case. */
  readonly access: string;
  /** `https://…`, `ftp://host/path` or a mail address, as text; '' where that cannot be told. */
  readonly place: string;
}

/** A piece of a message that was cut for sending. */
export interface PartialMessage {
  /** What the pieces of one message have in common. */
  readonly id: string;
  /** From 1. */
  readonly number: number;
  /** undefined: only the last piece has to say. */
  readonly total: number | undefined;
}

export function externalBodyOf(part: BodyPart): ExternalBody | undefined {
  if (part.type !== 'message' || part.subtype !== 'external-body') return undefined;
  const value = (name: string) => oneLine(parameterValue(part.parameters, name) ?? '').trim();
  const access = value('access-type').toLowerCase();
  return { access, place: placeOf(access, value) };
}

function placeOf(access: string, value: (name: string) => string): string {
  // RFC 2017: long URLs are folded with white space, which is none of theirs.
  if (access === 'url') return value('url').replace(/\s+/g, '');
  if (access === 'mail-server') return value('server');
  if (access === 'ftp' || access === 'anon-ftp' || access === 'tftp') {
    const path = [value('directory'), value('name')].filter((one) => one !== '').join('/');
    return value('site') === '' ? '' : `${access.replace('anon-', '')}://${value('site')}/${path}`;
  }
  return access === 'local-file' ? value('name') : '';
}

export function partialMessageOf(part: BodyPart): PartialMessage | undefined {
  if (part.type !== 'message' || part.subtype !== 'partial') return undefined;
  const count = (name: string) => {
    const number = Number(parameterValue(part.parameters, name) ?? '');
    return Number.isInteger(number) && number > 0 ? number : undefined;
  };
  return {
    id: oneLine(parameterValue(part.parameters, 'id') ?? '').trim(),
    number: count('number') ?? 1,
    total: count('total'),
  };
}
