/**
 * Reads and judges the scripts of Dovecot's imaptest: commands, and what a conforming server must answer. Only what
 * those scripts need.
 */

/** A command with what has to come of it. */
export interface Step {
  /** From 0. */
  readonly connection: number;
  readonly command: string;
  /** "ok", "no", "bad"; empty: whatever. */
  readonly status: string;
  readonly code: string;
  readonly expected: readonly string[];
  readonly forbidden: readonly string[];
}

export interface Script {
  readonly connections: number;
  readonly messages: string;
  readonly state: string;
  readonly capabilities: readonly string[];
  readonly steps: readonly Step[];
}

export function readScript(source: string): Script {
  const text = source
    .replace(/~\{\{\{\n([^]*?)\n?\}\}\}/g, (_, body: string) => literal(body))
    .replace(/\{\{\{\n([^]*?)\n?\}\}\}/g, (_, body: string) => literal(body.replace(/\r?\n/g, '\r\n')));
  const lines = joinLiterals(text).filter((line) => !line.startsWith('#'));
  const head: Record<string, string> = {};
  while (/^[a-z]+: /.test(lines[0] ?? '')) {
    const [key = '', value = ''] = lines.shift()!.split(': ');
    head[key] = value;
  }
  const several = Number(head['connections'] ?? 1) > 1;
  const steps: Array<{ -readonly [K in keyof Step]: Step[K] } & { expected: string[]; forbidden: string[] }> =
    [];
  for (let line of lines.filter((each) => each.trim() !== '')) {
    const current = steps.at(-1);
    if (line.startsWith('* ')) current?.expected.push(line.slice(2));
    else if (line.startsWith('! ')) current?.forbidden.push(line.slice(2));
    else if (!line.startsWith('? ')) {
      let connection = 0;
      if (several && /^\d /.test(line)) {
        connection = Number(line[0]) - 1;
        line = line.slice(2);
      }
      const [, status, rest] = /^(ok|no|bad|"")(?: ([^]*))?$/.exec(line) ?? [];
      if (status !== undefined && current?.status === undefined && /^(\[.*\])?$/.test(rest ?? '')) {
        current!.status = status;
        current!.code = rest?.slice(1, -1) ?? '';
      } else {
        const judged = status === undefined ? {} : { status: status.replace('""', '') };
        steps.push({
          connection,
          command: rest ?? line,
          code: '',
          expected: [],
          forbidden: [],
          ...judged,
        } as never);
      }
    }
  }
  return {
    connections: Number(head['connections'] ?? 1),
    messages: head['messages'] ?? '0',
    state: head['state'] ?? 'selected',
    capabilities: (head['capabilities'] ?? '').toUpperCase().split(' ').filter(Boolean),
    steps,
  };
}

function literal(body: string): string {
  return `{${body.length}}\r\n${body}`;
}

/** Lines, where a literal and what follows it belong to the line that announces it. */
function joinLiterals(text: string): string[] {
  const lines: string[] = [];
  let at = 0;
  let line = '';
  while (at < text.length) {
    const end = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    line += text.slice(at, end);
    at = end + 1;
    const size = /\{(\d+)\}\r$/.exec(line)?.[1];
    if (size !== undefined) {
      line += `\n${text.slice(at, at + Number(size))}`;
      at += Number(size);
      continue;
    }
    lines.push(line);
    line = '';
  }
  return lines;
}

/** An atom or string (strings are marked, so that "NIL" is not NIL), or a list. */
type Tree = string | readonly Tree[];

const STRING = '\u0001';

/** Cuts an untagged response into words and lists. Brackets are lists only in status responses. */
export function parse(text: string): Tree[] {
  const brackets = /^(ok|no|bad|bye|preauth) /i.test(text);
  const stack: Tree[][] = [[]];
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const size = /^\{(\d+)\}\r\n/.exec(rest);
    const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(rest);
    const open = rest[0] === '(' || (brackets && rest[0] === '[');
    const close = rest[0] === ')' || (brackets && rest[0] === ']');
    if (size !== null) {
      stack.at(-1)!.push(STRING + rest.slice(size[0].length, size[0].length + Number(size[1])));
      at += size[0].length + Number(size[1]);
    } else if (quoted !== null) {
      stack.at(-1)!.push(STRING + quoted[1]!.replace(/\\(.)/g, '$1'));
      at += quoted[0].length;
    } else if (open) {
      stack.push([]);
      at++;
    } else if (close && stack.length > 1) {
      const list = stack.pop()!;
      stack.at(-1)!.push(list);
      at++;
    } else if (/^\s/.test(rest)) at++;
    else {
      const word =
        (brackets ? /^[^\s()[\]]+/ : /^(?:[^\s()[]+(?:\[[^\]]*\][^\s()]*)?|\[[^\s]*)/).exec(rest)?.[0] ??
        rest[0]!;
      stack.at(-1)!.push(word);
      at += word.length;
    }
  }
  return stack[0]!;
}

export type Variables = Map<string, string>;

/** Puts known variables in; `$$` is a dollar sign. Unknown ones stay as they are. */
export function expand(text: string, variables: Variables): string {
  return text.replace(/\$\$|\$\{(\w+)\}|\$([A-Za-z_]\w*)/g, (whole, braced?: string, bare?: string) =>
    whole === '$$' ? '$' : (variables.get(braced ?? bare ?? '') ?? whole),
  );
}

/** Whether an answer is what was expected; binds variables met for the first time. */
export function matches(
  expected: readonly Tree[],
  actual: readonly Tree[],
  original: number,
  variables: Variables,
): boolean {
  const kind =
    words(expected)
      .find((word) => /^[a-z]/i.test(word))
      ?.toLowerCase() ?? '';
  if (kind === 'search') {
    const [want, got] = [expected.slice(1), actual.slice(1)];
    return (
      want.length === got.length &&
      same(actual[0]!, 'search') &&
      want.every((each, i) => one(each, got[i]!, variables))
    );
  }
  if (expected.length > actual.length) return false;
  return expected.every((want, i) => {
    const got = actual[i]!;
    if (typeof want === 'string' && /^\$\d+$/.test(want)) return Number(want.slice(1)) === original;
    if (typeof want !== 'string' && typeof got !== 'string') {
      if (kind === 'fetch' || kind === 'status') return pairs(want, got, variables);
      if (kind === 'list' || kind === 'lsub') return attributesMatch(want, got, variables);
      if (kind === 'ok' || kind === 'no')
        return want.every((each, n) => got[n] !== undefined && one(each, got[n]!, variables));
    }
    return one(want, got, variables);
  });
}

/** Attributes of LIST: those named are there, those banned are not, others may be. */
function attributesMatch(want: readonly Tree[], got: readonly Tree[], variables: Variables): boolean {
  return want.every((attribute) => {
    if (attribute === '$!unordered') return true;
    const banned = typeof attribute === 'string' ? /^\$!ban=(.*)/.exec(attribute)?.[1] : undefined;
    const named = got.some((each) => one(banned ?? attribute, each, variables));
    return banned === undefined ? named : !named;
  });
}

function words(trees: readonly Tree[]): string[] {
  return trees.filter((tree): tree is string => typeof tree === 'string');
}

function pairs(want: readonly Tree[], got: readonly Tree[], variables: Variables): boolean {
  for (let i = 0; i < want.length; i += 2) {
    const at = got.findIndex((key, n) => n % 2 === 0 && one(want[i]!, key, variables));
    if (at < 0) return false;
    const [value, found] = [want[i + 1]!, got[at + 1]!];
    const flags =
      typeof want[i] === 'string' &&
      same(want[i]!, 'flags') &&
      typeof value !== 'string' &&
      typeof found !== 'string';
    if (flags ? !sameFlags(value, found) : !one(value, found, variables)) return false;
  }
  return true;
}

function sameFlags(want: readonly Tree[], got: readonly Tree[]): boolean {
  const set = (flags: readonly Tree[]): string =>
    words(flags)
      .map((flag) => flag.toLowerCase().replace('$$', '$'))
      .filter((flag) => flag !== '\\recent')
      .sort()
      .join(' ');
  return set(want) === set(got);
}

function one(want: Tree, got: Tree, variables: Variables): boolean {
  // `($!unordered …)` stands only for whole envelopes and structures here.
  if (typeof want !== 'string' && want[0] === '$!unordered') return typeof got !== 'string';
  if (typeof want === 'string' && typeof got === 'string') {
    const name = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(want.replace(STRING, ''))?.[1];
    if (name !== undefined && !variables.has(name)) {
      variables.set(name, got.replace(STRING, ''));
      return true;
    }
    return same(expand(want, variables), got);
  }
  if (typeof want === 'string' || typeof got === 'string') return false;
  return want.length === got.length && want.every((each, i) => one(each, got[i]!, variables));
}

/** Words in any case; a string equals an atom of the same text, except that "NIL" is not NIL. */
function same(want: Tree, got: Tree): boolean {
  if (typeof want !== 'string' || typeof got !== 'string') return false;
  const isNil = (text: string): boolean => text.toUpperCase() === 'NIL';
  if (isNil(want) || isNil(got)) return isNil(want) && isNil(got);
  return want.replace(STRING, '').toLowerCase() === got.replace(STRING, '').toLowerCase();
}
