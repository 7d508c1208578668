/** One address of an ENVELOPE list (RFC 3501 §7.4.2); a group is a start and an end marker around its members. */
export interface EnvelopeAddress {
  readonly name: string | null;
  readonly route: string | null;
  readonly mailbox: string | null;
  readonly host: string | null;
}

type Token =
  | { readonly kind: 'word' | 'quoted' | 'comment'; readonly text: string }
  | { readonly kind: 'special'; readonly text: string };

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|"((?:[^"\\]|\\.)*)"?|([<>@,:;.])|(\()|(\[[^\]]*\]?|[^\s"<>@,:;.()]+|\))/gy;
  for (;;) {
    const match = pattern.exec(text);
    if (match === null) return tokens;
    if (match[1] !== undefined) tokens.push({ kind: 'quoted', text: match[1].replace(/\\(.)/g, '$1') });
    else if (match[2] !== undefined) tokens.push({ kind: 'special', text: match[2] });
    else if (match[4] !== undefined) tokens.push({ kind: 'word', text: match[4] });
    else if (match[3] !== undefined) {
      const end = commentEnd(text, match.index);
      tokens.push({ kind: 'comment', text: text.slice(match.index + 1, end - 1).replace(/\\(.)/g, '$1') });
      pattern.lastIndex = end;
    }
  }
}

function commentEnd(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return i + 1;
  }
  return text.length + 1;
}

/**
 * Reads an address list (RFC 5322 §3.4) from an unfolded header value. Encoded words stay as they are. Never throws;
 * what is no address becomes a mailbox without a host.
 */
export function parseAddresses(text: string): EnvelopeAddress[] {
  const tokens = tokenize(text);
  const addresses: EnvelopeAddress[] = [];
  let item: Token[] = [];
  let inAngle = false;
  const flush = (): void => {
    const address = readAddress(item);
    if (address !== undefined) addresses.push(address);
    item = [];
  };
  for (const token of tokens) {
    const special = token.kind === 'special' ? token.text : '';
    if (special === '<') inAngle = true;
    else if (special === '>') inAngle = false;
    if (inAngle) item.push(token);
    else if (special === ',') flush();
    else if (special === ':') {
      addresses.push({ name: null, route: null, mailbox: phrase(item), host: null });
      item = [];
    } else if (special === ';') {
      flush();
      addresses.push({ name: null, route: null, mailbox: null, host: null });
    } else item.push(token);
  }
  flush();
  return addresses;
}

function readAddress(tokens: readonly Token[]): EnvelopeAddress | undefined {
  if (!tokens.some((token) => token.kind !== 'comment')) return undefined;
  const angle = tokens.findIndex((token) => token.kind === 'special' && token.text === '<');
  if (angle < 0) {
    const comment = tokens.find((token) => token.kind === 'comment');
    return { name: comment?.text || null, route: null, ...addressSpec(tokens) };
  }
  const close = tokens.findIndex((token) => token.kind === 'special' && token.text === '>');
  let spec = tokens.slice(angle + 1, close < 0 ? undefined : close);
  let route: string | null = null;
  const colon = spec.findIndex((token) => token.kind === 'special' && token.text === ':');
  if (colon >= 0) {
    route = join(spec.slice(0, colon)) || null;
    spec = spec.slice(colon + 1);
  }
  return { name: phrase(tokens.slice(0, angle)) || null, route, ...addressSpec(spec) };
}

function addressSpec(tokens: readonly Token[]): { mailbox: string; host: string | null } {
  const at = tokens.findLastIndex((token) => token.kind === 'special' && token.text === '@');
  if (at < 0) return { mailbox: phrase(tokens), host: null };
  return { mailbox: join(tokens.slice(0, at)), host: join(tokens.slice(at + 1)) };
}

function join(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.kind === 'comment' ? '' : token.text)).join('');
}

function phrase(tokens: readonly Token[]): string {
  let text = '';
  for (const token of tokens) {
    if (token.kind === 'comment') continue;
    text += text === '' || token.text === '.' ? token.text : ` ${token.text}`;
  }
  return text;
}
