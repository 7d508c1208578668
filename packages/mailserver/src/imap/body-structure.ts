import type { Entity } from '../message/entity.ts';
import type { ParameterizedValue } from '../message/header.ts';
import { headerValue, parseParameterized } from '../message/header.ts';
import type { StructureStyle } from './envelope.ts';
import { envelope, PLAIN_STYLE } from './envelope.ts';
import { nstring, string } from './format.ts';

/**
 * BODYSTRUCTURE of an entity, or BODY when not `extended` (RFC 3501 §7.4.2). Sizes are octets of the encoded body,
 * exact; line counts are those of the encoded body.
 */
export function bodyStructure(entity: Entity, extended: boolean, style = PLAIN_STYLE): string {
  if (entity.children !== undefined) {
    const children = entity.children.map((child) => bodyStructure(child, extended, style)).join('');
    const subtype = string(entity.subtype.toUpperCase());
    if (!extended) return `(${children} ${subtype})`;
    return `(${children} ${subtype} ${parameters(entity.contentType)} ${extension(entity, style)})`;
  }
  const size = entity.end - entity.bodyStart;
  const fields = [
    string(entity.type.toUpperCase()),
    string(entity.subtype.toUpperCase()),
    parameters(entity.contentType),
    nstring(headerValue(entity.header, 'content-id')),
    nstring(headerValue(entity.header, 'content-description')),
    string(entity.encoding.toUpperCase()),
    String(size),
  ];
  if (entity.message !== undefined) {
    fields.push(
      envelope(entity.message, style),
      bodyStructure(entity.message, extended, style),
      String(entity.lines),
    );
  } else if (entity.type === 'text') fields.push(String(entity.lines));
  if (extended) fields.push(nstring(headerValue(entity.header, 'content-md5')), extension(entity, style));
  return `(${fields.join(' ')})`;
}

/** Disposition, language and location, common to the extension data of all bodies. */
function extension(entity: Entity, style: StructureStyle): string {
  const dispositionField = headerValue(entity.header, 'content-disposition');
  let disposition = 'NIL';
  if (dispositionField !== undefined) {
    const parsed = parseParameterized(dispositionField);
    if (parsed.value !== '' && style.bareDisposition) disposition = string(parsed.value);
    else if (parsed.value !== '')
      disposition = `(${string(parsed.value.toUpperCase())} ${parameters(parsed)})`;
  }
  const languages = (headerValue(entity.header, 'content-language') ?? '').split(/[\s,]+/).filter(Boolean);
  const language = languages.length === 0 ? 'NIL' : `(${languages.map(string).join(' ')})`;
  return `${disposition} ${language} ${nstring(headerValue(entity.header, 'content-location'))}`;
}

function parameters(value: ParameterizedValue): string {
  if (value.parameters.length === 0) return 'NIL';
  return `(${value.parameters.map(([name, text]) => `${string(name.toUpperCase())} ${string(text)}`).join(' ')})`;
}
