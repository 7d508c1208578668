import { describe, expect, it } from 'vitest';
import { encodeBase64, encodeText } from '../bytes/index.ts';
import { CommandError, ConnectionLost, ProtocolError } from '../error.ts';
import { Session } from '../imap/index.ts';
import { failure, settle, TestClock, Wire } from '../testing/wire.ts';
import { signIn } from './index.ts';
import { scramPorts, SIGNATURE } from '../testing/scram-ports.ts';

function openSession(greeting: string): { wire: Wire; session: Session } {
  const wire = new Wire();
  const session = new Session(wire, { clock: new TestClock(), onNews: () => undefined });
  wire.say(greeting);
  return { wire, session };
}

/** What the server heard, base64 read. */
async function unwrapped(wire: Wire): Promise<string> {
  return atob((await wire.heard()).trim().split(' ').at(-1)!);
}

const challenge = (text: string): string => `+ ${encodeBase64(encodeText(text))}`;
const person = { user: 'ada', password: 'x' };

describe('signing in', () => {
  it('uses AUTHENTICATE PLAIN with its initial response, and asks for capabilities where they were not told', async () => {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello');
    const done = signIn(session, { user: 'ada', password: 'söcret' });
    expect(await wire.heard()).toBe('P1 AUTHENTICATE PLAIN AGFkYQBzw7ZjcmV0\r\n');
    wire.say('P1 OK in');
    expect(await wire.heard()).toBe('P2 CAPABILITY\r\n');
    wire.say('* CAPABILITY IMAP4rev1 MOVE', 'P2 OK');
    await done;
    expect([...session.capabilities]).toEqual(['IMAP4REV1', 'MOVE']);
    expect(session.state).toBe('authenticated');
  });

  it('waits for the challenge without SASL-IR', async () => {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello');
    const done = signIn(session, { user: 'ada', password: 'x' });
    expect(await wire.heard()).toBe('P1 AUTHENTICATE PLAIN\r\n');
    wire.say('+');
    expect(await wire.heard()).toBe('AGFkYQB4\r\n');
    wire.say('P1 OK [CAPABILITY IMAP4rev1 IDLE] in');
    await done;
    expect(await wire.heard()).toBe('');
    expect(session.capabilities.has('IDLE')).toBe(true);
  });

  it('asks what there is, then uses LOGIN; a quote in the password is escaped', async () => {
    const { session, wire } = openSession('* OK hello');
    const done = signIn(session, { user: 'ada', password: 'a"b\\c' });
    expect(await wire.heard()).toBe('P1 CAPABILITY\r\n');
    wire.say('* CAPABILITY IMAP4rev1', 'P1 OK');
    expect(await wire.heard()).toBe('P2 LOGIN "ada" "a\\"b\\\\c"\r\n');
    wire.say('* CAPABILITY IMAP4rev1 UIDPLUS', 'P2 OK in');
    await done;
    expect(session.capabilities.has('UIDPLUS')).toBe(true);
    expect(await wire.heard()).toBe('');
  });

  it('sends no password where LOGIN is disabled and PLAIN not offered', async () => {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 LOGINDISABLED STARTTLS] hello');
    const error = await failure(signIn(session, { user: 'ada', password: 'canary' }));
    expect(error).toMatchObject({ status: 'NO', code: { code: 'PRIVACYREQUIRED' } });
    expect(await wire.heard()).toBe('');
  });

  it('reports the refusal, even when BYE comes first (Zimbra)', async () => {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello');
    const done = failure(signIn(session, { user: 'ada', password: 'x' }));
    await settle();
    wire.say('* BYE bad login', 'P1 NO [AUTHENTICATIONFAILED] no');
    const error = await done;
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({
      command: 'AUTHENTICATE',
      status: 'NO',
      code: { code: 'AUTHENTICATIONFAILED' },
    });
    expect(String(error)).not.toContain('x ');
    expect(await session.closed).toBeInstanceOf(ConnectionLost);
  });

  it('uses AUTHENTICATE LOGIN where the command LOGIN is disabled and nothing else is there', async () => {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=LOGIN] hello');
    const done = failure(signIn(session, person));
    expect(await wire.heard()).toBe('P1 AUTHENTICATE LOGIN\r\n');
    wire.say('+ VXNlcm5hbWU6');
    expect(await wire.heard()).toBe('YWRh\r\n');
    session.close();
    expect(await done).toBeInstanceOf(ConnectionLost);
  });

  it('uses LOGIN where PLAIN is not understood after all', async () => {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello');
    const done = signIn(session, person);
    await settle();
    wire.say('P1 BAD what?');
    expect(await wire.heard()).toContain('P2 LOGIN "ada" "x"\r\n');
    wire.say('P2 OK [CAPABILITY IMAP4rev1] in');
    await done;
  });
});

describe('signing in by SCRAM', () => {
  const offer = (...names: string[]): string =>
    `* OK [CAPABILITY IMAP4rev1 SASL-IR ${names.map((name) => `AUTH=${name}`).join(' ')}] hello`;
  const salt = challenge('r=AAAAAAAAAAAAAAAAAAAAAAAAserver,s=c2FsdA==,i=4096');

  it('goes by the strongest, and believes a server that knows the password', async () => {
    const { session, wire } = openSession(offer('PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256'));
    const done = signIn(session, person, scramPorts);
    expect(await wire.heard()).toMatch(/^P1 AUTHENTICATE SCRAM-SHA-256 \S+\r\n$/);
    wire.say(salt);
    expect(await unwrapped(wire)).toBe('c=biws,r=AAAAAAAAAAAAAAAAAAAAAAAAserver,p=AAAA');
    wire.say(challenge(SIGNATURE));
    expect(await wire.heard()).toBe('\r\n');
    wire.say('P1 OK [CAPABILITY IMAP4rev1] in');
    await done;
    expect(session.state).toBe('authenticated');
  });

  it('says its first words after an empty challenge without SASL-IR', async () => {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-1] hello');
    void signIn(session, person, scramPorts).catch(() => undefined);
    expect(await wire.heard()).toBe('P1 AUTHENTICATE SCRAM-SHA-1\r\n');
    wire.say('+ ');
    expect(await unwrapped(wire)).toBe('n,,n=ada,r=AAAAAAAAAAAAAAAAAAAAAAAA');
    session.close();
  });

  it('cancels where the server does not know the password, and says so whatever the server says', async () => {
    const { session, wire } = openSession(offer('SCRAM-SHA-256', 'PLAIN'));
    const done = failure(signIn(session, person, scramPorts));
    await settle();
    wire.say(salt);
    await settle();
    wire.say(challenge('v=d3Jvbmc='));
    expect(await done).toMatchObject({
      message: expect.stringContaining('does not know the password') as string,
    });
    expect(await done).toBeInstanceOf(ProtocolError);
    expect(await wire.heard()).toMatch(/\r\n\*\r\n$/);
    wire.say('P1 OK in all the same');
    await settle();
    expect(session.state).toBe('not-authenticated');
  });

  it('is not let in without the server’s proof', async () => {
    const { session, wire } = openSession(offer('SCRAM-SHA-256', 'PLAIN'));
    const done = failure(signIn(session, person, scramPorts));
    await settle();
    wire.say(salt, 'P1 OK in');
    expect(await done).toBeInstanceOf(ProtocolError);
    expect(session.state).toBe('not-authenticated');
    // The password was not said after all.
    expect(await wire.heard()).not.toContain('PLAIN');
  });

  it('takes a refusal of the proof for the answer', async () => {
    const { session, wire } = openSession(offer('SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'));
    const done = failure(signIn(session, person, scramPorts));
    await settle();
    wire.say(salt);
    await settle();
    wire.say(challenge('e=invalid-proof'), 'P1 NO [AUTHENTICATIONFAILED] no');
    expect(await done).toMatchObject({ status: 'NO', code: { code: 'AUTHENTICATIONFAILED' } });
    expect(await wire.heard()).not.toContain('P2');
  });

  it.each([
    ['BAD after all', 'P1 BAD what?', 'SCRAM-SHA-1'],
    ['NO [CANNOT]', 'P1 NO [CANNOT] not here', 'SCRAM-SHA-1'],
    ['NO before anything was proved', 'P1 NO [AUTHENTICATIONFAILED] no secret for you', 'PLAIN'],
  ])('goes on with the next where the server says %s', async (_, refusal, next) => {
    const { session, wire } = openSession(offer('SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'));
    const done = signIn(session, person, scramPorts);
    await settle();
    wire.say(refusal);
    expect(await wire.heard()).toContain(`P2 AUTHENTICATE ${next} `);
    if (next !== 'PLAIN') return (session.close(), void (await failure(done)));
    wire.say('P2 OK [CAPABILITY IMAP4rev1] in');
    await done;
  });

  it('does not go on where the server is only busy, and tells the refusal of one that hung up after it', async () => {
    const busy = openSession(offer('SCRAM-SHA-256', 'PLAIN'));
    const one = failure(signIn(busy.session, person, scramPorts));
    await settle();
    busy.wire.say('P1 NO [UNAVAILABLE] later');
    expect(await one).toMatchObject({ code: { code: 'UNAVAILABLE' } });
    const curt = openSession(offer('SCRAM-SHA-256', 'PLAIN'));
    const two = failure(signIn(curt.session, person, scramPorts));
    await settle();
    curt.wire.say('P1 NO no', '* BYE bye', undefined);
    expect(await two).toMatchObject({ command: 'AUTHENTICATE', text: 'no' });
  });

  it('goes by PLAIN first where preparing changes the password, for not every server prepares', async () => {
    const { session, wire } = openSession(offer('SCRAM-SHA-256', 'PLAIN'));
    const done = failure(signIn(session, { user: 'ada', password: 'ﬁ' }, scramPorts));
    expect(await wire.heard()).toContain('AUTHENTICATE PLAIN ');
    session.close();
    await done;
    const proved = openSession('* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=SCRAM-SHA-256] hello');
    void signIn(proved.session, { user: 'ada', password: 'ﬁ' }, scramPorts).catch(() => undefined);
    expect(await proved.wire.heard()).toContain('AUTHENTICATE SCRAM-SHA-256\r\n');
    proved.session.close();
  });
});

describe('signing in without a password', () => {
  it.each([
    ['OAUTHBEARER', { user: 'ada', token: 'abc' }, 'n,a=ada,\x01auth=Bearer abc\x01\x01'],
    ['XOAUTH2', { user: 'ada', token: 'abc' }, 'user=ada\x01auth=Bearer abc\x01\x01'],
    ['EXTERNAL', { external: { actAs: 'ada' } }, 'ada'],
    ['ANONYMOUS', { anonymous: { trace: 'guest' } }, 'guest'],
  ])('by %s', async (name, credentials, words) => {
    const { session, wire } = openSession(
      `* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=${name} AUTH=PLAIN] hello`,
    );
    const done = signIn(session, credentials);
    const heard = await wire.heard();
    expect(heard).toMatch(new RegExp(`^P1 AUTHENTICATE ${name} `));
    expect(atob(heard.trim().split(' ').at(-1)!)).toBe(words);
    wire.say('P1 OK [CAPABILITY IMAP4rev1] in');
    await done;
  });

  it('answers the challenge that a refused token brings, and tells the refusal', async () => {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hello');
    const done = failure(signIn(session, { user: 'ada', token: 'old' }));
    await wire.heard();
    wire.say(challenge('{"status":"400"}'));
    expect(await wire.heard()).toBe('\r\n');
    wire.say('P1 NO [AUTHENTICATIONFAILED] expired');
    expect(await done).toMatchObject({ status: 'NO', text: 'expired' });
  });

  it('never says a token by LOGIN', async () => {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello');
    expect(await failure(signIn(session, { user: 'ada', token: 'abc' }))).toMatchObject({
      code: { code: 'PRIVACYREQUIRED' },
    });
    expect(await wire.heard()).toBe('');
  });
});
