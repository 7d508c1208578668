import { afterEach, expect, it } from 'vitest';
import type { Transport } from '@postern/protocol/port';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

/** What becomes of mail whose submission server misbehaves at the one moment that matters: after the final dot. */
let desk: Desk;

afterEach(() => desk.stop());

/** Takes everything as a good server does; the last reply is `end`, or undefined: it closes without one. */
function submissionServer(end: string | undefined, seen: { messages: number }): () => Transport {
  return () => {
    const said: Uint8Array[] = [new TextEncoder().encode('220 ready\r\n')];
    let wake = (): void => {};
    let closed = false;
    let taking = false;
    const say = (line: string): void => {
      said.push(new TextEncoder().encode(`${line}\r\n`));
      wake();
    };
    const close = (): void => {
      closed = true;
      wake();
    };
    let held = '';
    return {
      bytes: (async function* () {
        for (;;) {
          const chunk = said.shift();
          if (chunk) yield chunk;
          else if (closed) return;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      })(),
      async write(bytes) {
        held += new TextDecoder().decode(bytes);
        for (let at = held.indexOf('\r\n'); at >= 0; at = held.indexOf('\r\n')) {
          const line = held.slice(0, at);
          held = held.slice(at + 2);
          if (taking && line !== '.') continue;
          if (taking) {
            taking = false;
            seen.messages++;
            if (end === 'throws') throw new TypeError('a bug of ours');
            if (end === undefined) close();
            else say(end);
          } else if (line === 'DATA') {
            taking = true;
            say('354 go on');
          } else say('250 fine');
        }
      },
      close,
    };
  };
}

it.each([
  ['a reply that is not SMTP', 'what?', 'uncertain', 1],
  ['no reply', undefined, 'uncertain', 1],
  ['a bug of ours', 'throws', 'uncertain', 1],
  ['a refusal for good', '554 no', 'failed', 1],
  ['acceptance', '250 queued', undefined, 1],
])('%s after the message: it is never sent a second time in silence', async (_, end, state, messages) => {
  const server = new ScriptedServer('INBOX', 'Sent');
  desk = new Desk(server, {});
  const seen = { messages: 0 };
  desk.submission = submissionServer(end, seen);
  await desk.look();
  await desk.act(
    {
      kind: 'send',
      messageId: '<m@postern.example>',
      subject: 'm',
      from: 'ada@postern.example',
      recipients: ['grace@postern.example'],
      sent: undefined,
      answers: undefined,
      notBefore: 0,
      step: 'submit',
    },
    new TextEncoder().encode('Subject: m\r\nMessage-ID: <m@postern.example>\r\n\r\ntext\r\n'),
  );
  await desk.clock.pass(120_000);
  expect(seen.messages).toBe(messages);
  expect((await desk.actions())[0]?.state.name).toBe(state);
});
