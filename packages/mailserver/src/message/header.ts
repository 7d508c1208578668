/** One header field as it stands in the message: `raw` includes the folding and the final line break. */
export interface HeaderField {
  /** Lower case. Empty for a line that is no header field. */
  readonly name: string;
  /** Unfolded value, one character per octet, without surrounding white space. */
  readonly value: string;
  /** The octets of the whole field, one character each. */
  readonly raw: string;
}

/**
 * Splits a header block (RFC 5322 §2.2) into fields. Never throws: a line without a colon becomes a field without
 * a name, so that every octet of the block is in exactly one `raw`.
 */
export function parseHeader(block: string): HeaderField[] {
  const fields: HeaderField[] = [];
  for (const raw of block.match(/[^\n]*\n(?:[ \t][^\n]*(?:\n|$))*|[^\n]+$/g) ?? []) {
    if (raw === '\r\n' || raw === '\n') continue;
    const colon = raw.indexOf(':');
    const name = colon > 0 ? raw.slice(0, colon).trim().toLowerCase() : '';
    const valid = /^[!-9;-~]+$/.test(name);
    const value = raw
      .slice(valid ? colon + 1 : 0)
      .replace(/\r?\n/g, '')
      .trim();
    fields.push({ name: valid ? name : '', value, raw });
  }
  return fields;
}

/** The first field of that name (lower case), or undefined. */
export function headerValue(fields: readonly HeaderField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

/** A header value of the form `value; attribute=value; …` (RFC 2045 §5.1). */
export interface ParameterizedValue {
  readonly value: string;
  /** Attribute names in lower case, in the order they were written. Values without their quotes. */
  readonly parameters: ReadonlyArray<readonly [string, string]>;
}

/** Reads a parameterized header value; what it cannot understand it leaves out. */
export function parseParameterized(text: string): ParameterizedValue {
  const value = /^\s*([^;\s]*)/.exec(stripComments(text))?.[1] ?? '';
  const parameters: Array<[string, string]> = [];
  const pattern = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s;]*))/g;
  for (const match of stripComments(text).matchAll(pattern)) {
    const name = match[1]?.toLowerCase() ?? '';
    parameters.push([name, match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '']);
  }
  return { value, parameters };
}

/** A parameter's value by its lower-case name; empty when absent. */
export function parameter(value: ParameterizedValue, name: string): string {
  return value.parameters.find(([attribute]) => attribute === name)?.[1] ?? '';
}

/** Removes RFC 5322 comments outside quoted strings. */
function stripComments(text: string): string {
  if (!text.includes('(')) return text;
  let depth = 0;
  let quoted = false;
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') {
      if (depth === 0) result += text.slice(i, i + 2);
      i++;
    } else if (quoted) {
      result += c;
      if (c === '"') quoted = false;
    } else if (c === '"' && depth === 0) {
      quoted = true;
      result += c;
    } else if (c === '(') depth++;
    else if (c === ')' && depth > 0) depth--;
    else if (depth === 0) result += c;
  }
  return result;
}
