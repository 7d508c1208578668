import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CAPABILITIES, supports } from '../profile.ts';
import { profiles } from '../profiles.ts';
import { Account } from '../account/account.ts';
import type { Script, Step, Variables } from '../testing/imaptest-script.ts';
import { expand, matches, parse, readScript } from '../testing/imaptest-script.ts';
import { RawClient } from '../testing/raw-client.ts';

/** Dovecot's own conformance scripts, read at ../shared/corpus/imap/imaptest. */
const folder = new URL('../../../../../shared/corpus/imap/imaptest', import.meta.url).pathname;
const here = existsSync(folder);

const SUPPORTED: readonly string[] = CAPABILITIES.filter((name) => supports(profiles.full, name)).map(
  (name) => name.toLowerCase(),
);
/** Tagged by hand, several commands at once: covered by the test of cut octets. */
const PIPELINED = ['pipeline', 'pipeline-connections'];
/** Wants a part with a NUL to be given another encoding: here such a message is refused, as RFC 3516 §4.4 allows. */
const REFUSED = ['append-binary'];

interface MboxMessage {
  readonly text: string;
  /** Of the separator line, which is the internal date. */
  readonly date: number;
}

function messagesOf(name: string): MboxMessage[] {
  const own = join(folder, `${name}.mbox`);
  const mbox = readFileSync(existsSync(own) ? own : join(folder, 'default.mbox'), 'latin1');
  return mbox
    .split(/^(?=From .*\n)/m)
    .filter((message) => message.startsWith('From '))
    .map((message) => {
      const [separator = '', ...lines] = message.split(/\r?\n/);
      return { text: lines.join('\r\n'), date: Date.parse(separator.replace(/^From \S+ +/, '')) || 0 };
    });
}

/** Untagged responses of an answer, each with literals, and the tagged one. */
function responses(answer: string): { untagged: string[]; tagged: string } {
  const untagged: string[] = [];
  let line = '';
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf('\r\n', at);
    line += answer.slice(at, end + 2);
    at = end + 2;
    const size = /\{(\d+)\}\r\n$/.exec(line)?.[1];
    if (size !== undefined) {
      line += answer.slice(at, at + Number(size));
      at += Number(size);
    } else {
      if (line.startsWith('* ')) untagged.push(line.slice(2, -2));
      else return { untagged, tagged: line.trimEnd() };
      line = '';
    }
  }
  return { untagged, tagged: '' };
}

class Run {
  readonly #variables: Variables = new Map([
    ['mailbox', 'box'],
    ['mailbox_url', 'box'],
  ]);
  readonly #account = new Account({ user: 'ada@postern.example', password: 'postern' });
  readonly #clients: RawClient[];
  readonly #messages: MboxMessage[];
  #next = 0;

  constructor(name: string, script: Script) {
    this.#messages = messagesOf(name);
    this.#clients = Array.from({ length: script.connections }, () => new RawClient([this.#account]));
    if (script.state === 'nonauth') return;
    for (const client of this.#clients) client.signIn();
    if (script.state === 'auth') return;
    const mailbox = this.#account.create('box');
    const count = script.messages === 'all' ? this.#messages.length : Number(script.messages);
    for (let i = 0; i < count; i++) {
      const { text, date } = this.#message();
      mailbox.add({ content: Buffer.from(text, 'latin1'), internalDate: date });
    }
    if (script.state === 'selected') for (const client of this.#clients) client.run('SELECT box');
  }

  #message(): MboxMessage {
    return this.#messages[this.#next++ % this.#messages.length]!;
  }

  step(step: Step): void {
    this.#variables.set('tag', this.#clients[step.connection]!.nextTag);
    let command = expand(step.command, this.#variables);
    if (/^append\b/.test(command) && !command.includes('{')) {
      const { text: message } = this.#message();
      command = `${command === 'append' ? 'append box' : command} {${message.length}+}\r\n${message}`;
    }
    // Literals of the scripts need not wait for permission here.
    const { untagged, tagged } = responses(
      this.#clients[step.connection]!.run(command.replace(/\{(\d+)\}\r\n/g, '{$1+}\r\n')),
    );
    const what = `${step.command}\n→ ${untagged.join('\n  ')}\n  ${tagged}\nexpected: `;
    if (step.status) expect(tagged.toLowerCase(), what).toMatch(new RegExp(`^${step.status}`));
    if (step.code)
      expect(
        matches(parse(`${step.status} [${step.code}]`), parse(tagged), 0, this.#variables),
        `${what}${step.code}`,
      ).toBe(true);
    const numbers = Array.from({ length: 1000 }, (_, i) => i + 1);
    const received = untagged.map((text) => {
      const tree = parse(text);
      const number = Number(tree[0]);
      const original = numbers[number - 1] ?? 0;
      if (/^\d+ expunge$/i.test(text)) numbers.splice(number - 1, 1);
      return { tree, original };
    });
    for (const line of step.expected) {
      const found = received.findIndex(({ tree, original }) =>
        matches(parse(line), tree, original, this.#variables),
      );
      expect(found, what + line).toBeGreaterThanOrEqual(0);
      // One response may tell several things, but a message goes only once.
      if (/ expunge$/i.test(line)) received.splice(found, 1);
    }
    for (const line of step.forbidden)
      expect(
        received.some(({ tree, original }) => matches(parse(line), tree, original, this.#variables)),
        `${what}not ${line}`,
      ).toBe(false);
  }
}

describe.skipIf(!here)('imaptest scripts (../shared/corpus/imap/imaptest)', () => {
  const names = here
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && !/\.mbox$|SOURCE/.test(entry.name))
        .map((entry) => entry.name)
    : [];
  const scripts = names
    .filter((name) => !PIPELINED.includes(name) && !REFUSED.includes(name))
    .map((name) => [name, readScript(readFileSync(join(folder, name), 'latin1'))] as const)
    .filter(([, script]) =>
      script.capabilities.every((capability) => SUPPORTED.includes(capability.toLowerCase())),
    );

  test('are there', () => expect(scripts.length).toBeGreaterThan(50));

  test.each(scripts)('%s', (name, script) => {
    const run = new Run(name, script);
    expect(script.steps.length).toBeGreaterThan(0);
    for (const step of script.steps) run.step(step);
  });
});
