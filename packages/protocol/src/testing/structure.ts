import type { BodyPart, BodyStructure, Envelope, Parameters } from '../imap/types.ts';
import { nobody } from './responses.ts';

const inner: Envelope = { date: null, subject: 'Inner', ...nobody };

/** Of a part, what differs from a small text. */
export interface PartOptions {
  name?: string;
  disposition?: string;
  id?: string;
  location?: string;
  octets?: number;
  encoding?: string;
  parameters?: Parameters;
  body?: BodyStructure;
}

/** Sections are given by `numbered`. */
export function part(type: string, options: PartOptions = {}): BodyPart {
  const [main = '', subtype = ''] = type.split('/');
  const name: Parameters = options.name === undefined ? [] : [['filename', options.name]];
  return {
    kind: 'part',
    section: '',
    type: main,
    subtype,
    parameters: options.parameters ?? [],
    id: options.id === undefined ? null : `<${options.id}>`,
    description: null,
    encoding: options.encoding ?? '7bit',
    octets: options.octets ?? 100,
    lines: null,
    md5: null,
    envelope: options.body ? inner : null,
    body: options.body ?? null,
    disposition: options.disposition === undefined ? null : { type: options.disposition, parameters: name },
    language: [],
    location: options.location ?? null,
  };
}

export function multi(subtype: string, parts: BodyStructure[], parameters: Parameters = []): BodyStructure {
  return {
    kind: 'multipart',
    section: '',
    subtype,
    parts,
    parameters,
    disposition: null,
    language: [],
    location: null,
  };
}

/** With the sections that RFC 3501 §6.4.5 gives its parts. */
export function numbered(structure: BodyStructure, section = ''): BodyStructure {
  const below = section === '' ? '' : `${section}.`;
  if (structure.kind === 'multipart') {
    return {
      ...structure,
      section,
      parts: structure.parts.map((one, index) => numbered(one, `${below}${index + 1}`)),
    };
  }
  const own = section === '' ? '1' : section;
  const body =
    structure.body && numbered(structure.body, structure.body.kind === 'multipart' ? own : `${own}.1`);
  return { ...structure, section: own, body };
}

export const plain = (options?: PartOptions) => part('text/plain', options);
export const html = (options?: PartOptions) => part('text/html', options);
export const png = (options?: PartOptions) => part('image/png', options);
export const pdf = (name = 'a.pdf') =>
  part('application/pdf', { disposition: 'attachment', name, encoding: 'base64' });
