import { describe, expect, it } from 'vitest';
import { encodeBase64, encodeText } from '../bytes/index.ts';
import { ProtocolError } from '../error.ts';
import { SubmissionSession } from '../smtp/index.ts';
import { failure, settle, TestClock, Wire } from '../testing/wire.ts';
import { signInToSubmission } from './index.ts';
import { scramPorts, SIGNATURE } from '../testing/scram-ports.ts';

/** Past EHLO, with these extensions. */
async function greeted(...extensions: string[]): Promise<{ wire: Wire; session: SubmissionSession }> {
  const wire = new Wire();
  const session = new SubmissionSession(wire, { clock: new TestClock() });
  wire.say('220 ready');
  const done = session.hello();
  await wire.heard();
  const lines = ['mail.example.org', ...extensions];
  wire.say(...lines.map((line, index) => `250${index < lines.length - 1 ? '-' : ' '}${line}`));
  await done;
  return { wire, session };
}

describe('signing in', () => {
  it('uses PLAIN', async () => {
    const { session, wire } = await greeted('AUTH LOGIN PLAIN');
    const done = signInToSubmission(session, { user: 'ada', password: 'x' });
    expect(await wire.heard()).toBe('AUTH PLAIN AGFkYQB4\r\n');
    wire.say('235 2.7.0 yes');
    expect(await wire.heard()).toBe('EHLO [127.0.0.1]\r\n');
    wire.say('250-x', '250 SIZE 100');
    await done;
    expect(session.extensions?.get('SIZE')).toBe('100');
  });

  it('uses LOGIN, also where it is announced the old way', async () => {
    const { session, wire } = await greeted('AUTH=LOGIN');
    const done = failure(signInToSubmission(session, { user: 'ada', password: 'x' }));
    expect(await wire.heard()).toBe('AUTH LOGIN\r\n');
    wire.say('334 VXNlcm5hbWU6');
    expect(await wire.heard()).toBe('YWRh\r\n');
    wire.say('334 UGFzc3dvcmQ6');
    expect(await wire.heard()).toBe('eA==\r\n');
    wire.say('535 5.7.8 no');
    expect(await done).toMatchObject({ command: 'AUTH', status: 'PERMANENT', reply: 535, text: 'no' });
  });

  it.each([[['AUTH PLAIN LOGIN', 'AUTH=LOGIN']], [['AUTH=LOGIN', 'AUTH PLAIN LOGIN']]])(
    'uses the better of what is announced in both ways, %s',
    async (announced) => {
      const { session, wire } = await greeted(...announced);
      const done = failure(signInToSubmission(session, { user: 'ada', password: 'x' }));
      expect(await wire.heard()).toBe('AUTH PLAIN AGFkYQB4\r\n');
      wire.say('535 no');
      await done;
    },
  );

  it('shows a token that is too long for the line when it is asked (RFC 4954 §4)', async () => {
    for (const length of [300, 400, 4000]) {
      const { session, wire } = await greeted('AUTH XOAUTH2');
      const token = 'a'.repeat(length);
      const response = encodeBase64(encodeText(`user=ada\x01auth=Bearer ${token}\x01\x01`));
      const done = failure(signInToSubmission(session, { user: 'ada', token }));
      const line = await wire.heard();
      expect(line).toBe(length === 300 ? `AUTH XOAUTH2 ${response}\r\n` : 'AUTH XOAUTH2\r\n');
      expect(line.length).toBeLessThanOrEqual(512);
      if (length > 300) {
        wire.say('334 ');
        expect(await wire.heard()).toBe(`${response}\r\n`);
      }
      wire.say('334 e30=');
      expect(await wire.heard()).toBe('\r\n');
      wire.say('535 expired');
      expect(await done).toMatchObject({ reply: 535 });
    }
  });

  it('cancels when it is asked more than there is to say', async () => {
    const { session, wire } = await greeted('AUTH PLAIN');
    const done = failure(signInToSubmission(session, { user: 'ada', password: 'x' }));
    await wire.heard();
    wire.say('334 ');
    expect(await wire.heard()).toBe('*\r\n');
    wire.say('501 cancelled');
    expect(await done).toBeInstanceOf(ProtocolError);
  });

  it('says so where no password is taken', async () => {
    const { session } = await greeted('STARTTLS');
    expect(await failure(signInToSubmission(session, { user: 'a', password: 'b' }))).toMatchObject({
      reply: 504,
    });
  });

  it('proves the password by SCRAM, and hears the server’s proof', async () => {
    const { session, wire } = await greeted('AUTH LOGIN PLAIN SCRAM-SHA-1');
    const done = signInToSubmission(session, { user: 'ada', password: 'x' }, scramPorts);
    expect(await wire.heard()).toMatch(/^AUTH SCRAM-SHA-1 \S+\r\n$/);
    const salt = 'r=AAAAAAAAAAAAAAAAAAAAAAAAserver,s=c2FsdA==,i=4096';
    wire.say(`334 ${encodeBase64(encodeText(salt))}`);
    await wire.heard();
    wire.say(`334 ${encodeBase64(encodeText(SIGNATURE))}`);
    expect(await wire.heard()).toBe('\r\n');
    wire.say('235 in');
    await wire.heard();
    wire.say('250 x');
    await done;
  });

  it('is not let in without the server’s proof', async () => {
    const { session, wire } = await greeted('AUTH PLAIN SCRAM-SHA-256');
    const done = failure(signInToSubmission(session, { user: 'ada', password: 'x' }, scramPorts));
    await settle();
    wire.say('235 in');
    expect(await done).toBeInstanceOf(ProtocolError);
  });

  it.each([
    ['504 no such mechanism', 'AUTH SCRAM-SHA-1 '],
    ['535 no secret for you', 'AUTH PLAIN '],
  ])('goes on with the next after %s', async (refusal, next) => {
    const { session, wire } = await greeted('AUTH PLAIN SCRAM-SHA-1 SCRAM-SHA-256');
    const done = failure(signInToSubmission(session, { user: 'ada', password: 'x' }, scramPorts));
    await wire.heard();
    wire.say(refusal);
    expect(await wire.heard()).toContain(next);
    wire.say('454 later');
    expect(await done).toMatchObject({ reply: 454 });
  });

  it('shows a token', async () => {
    const { session, wire } = await greeted('AUTH PLAIN XOAUTH2');
    const done = failure(signInToSubmission(session, { user: 'ada', token: 'abc' }));
    expect(await wire.heard()).toMatch(/^AUTH XOAUTH2 /);
    wire.say('334 e30=');
    expect(await wire.heard()).toBe('\r\n');
    wire.say('535 expired');
    expect(await done).toMatchObject({ reply: 535 });
  });
});
