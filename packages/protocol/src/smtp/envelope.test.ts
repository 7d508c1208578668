import { describe, expect, it } from 'vitest';
import { CommandError, UsageError } from '../error.ts';
import { type Envelope, mailCommand, rcptCommand } from './envelope.ts';

const NOW = Date.UTC(2026, 0, 1);
const everything = new Map([
  ['SIZE', '1000'],
  ['8BITMIME', ''],
  ['SMTPUTF8', ''],
  ['CHUNKING', ''],
  ['BINARYMIME', ''],
  ['DSN', ''],
  ['FUTURERELEASE', '3600 2026-01-01T00:30:00Z'],
]);
const nothing = new Map<string, string>();

function envelope(more: Partial<Envelope> = {}): Envelope {
  return { from: 'ada@example.org', recipients: ['bob@example.org'], message: { octets: 10 }, ...more };
}

function refusalOf(run: () => unknown): CommandError {
  try {
    run();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('should have been refused');
}

describe('MAIL', () => {
  it.each([
    ['only what is needed', {}, 'SIZE=10 BODY=8BITMIME'],
    ['7 bits', { message: { octets: 10, content: '7bit' } }, 'SIZE=10'],
    ['8 bits', { message: { octets: 10, content: '8bit' } }, 'SIZE=10 BODY=8BITMIME'],
    ['any octets', { message: { octets: 10, content: 'binary' } }, 'SIZE=10 BODY=BINARYMIME'],
    ['an address beyond ASCII', { recipients: ['ö@b'] }, 'SIZE=10 BODY=8BITMIME SMTPUTF8'],
    ['a header beyond ASCII', { message: { octets: 1, utf8Header: true } }, 'SIZE=1 BODY=8BITMIME SMTPUTF8'],
    [
      'reports',
      { reports: { on: [], give: 'HDRS', id: 'a b' } },
      'SIZE=10 BODY=8BITMIME RET=HDRS ENVID=a+20b',
    ],
    ['holding for a time', { hold: { for: 60 } }, 'SIZE=10 BODY=8BITMIME HOLDFOR=60'],
    [
      'holding until a time',
      { hold: { until: NOW + 90_500 } },
      'SIZE=10 BODY=8BITMIME HOLDUNTIL=2026-01-01T00:01:30Z',
    ],
  ] satisfies [string, Partial<Envelope>, string][])('asks for %s', (_, more, parameters) => {
    expect(mailCommand(envelope(more), everything, NOW)).toBe(`MAIL FROM:<ada@example.org> ${parameters}`);
  });

  it('asks for nothing that is not offered and can be done without', () => {
    const plain = 'MAIL FROM:<ada@example.org>';
    expect(mailCommand(envelope({ reports: { on: ['FAILURE'], id: 'x' } }), nothing, NOW)).toBe(plain);
    expect(mailCommand(envelope(), new Map([['SIZE', '']]), NOW)).toBe(`${plain} SIZE=10`);
    expect(mailCommand(envelope(), new Map([['SIZE', '0']]), NOW)).toBe(`${plain} SIZE=10`);
  });

  it('says what is too large, and by how much', () => {
    const error = refusalOf(() => mailCommand(envelope({ message: { octets: 1001 } }), everything, NOW));
    expect(error).toMatchObject({ reply: 552, status: 'PERMANENT' });
    expect(error.code).toEqual({ name: '5.3.4', octets: 1001, limit: 1000 });
  });

  it.each([
    ['an address beyond ASCII', { recipients: ['a@b', 'ö@b'] }, '5.6.7', 553],
    ['a header beyond ASCII', { message: { octets: 1, utf8Header: true } }, '5.6.9', 554],
    ['8 bits', { message: { octets: 1, content: '8bit' } }, '5.6.3', 554],
    ['any octets', { message: { octets: 1, content: 'binary' } }, '5.6.3', 554],
    ['holding', { hold: { for: 1 } }, '5.3.3', 555],
  ] satisfies [string, Partial<Envelope>, string, number][])(
    'is not sent where the server has no way for %s',
    (_, more, name, reply) => {
      const error = refusalOf(() => mailCommand(envelope(more), nothing, NOW));
      expect(error).toMatchObject({ command: 'MAIL', status: 'PERMANENT', reply, code: { name } });
    },
  );

  it('names the address that is the matter', () => {
    const error = refusalOf(() => mailCommand(envelope({ recipients: ['a@b', 'ö@b'] }), nothing, NOW));
    expect(error.text).toContain('ö@b');
  });

  it.each([
    ['longer than the server holds', { for: 3601 }, '3600 2027-01-01T00:00:00Z'],
    ['later than the server holds', { for: 1801 }, '3600 2026-01-01T00:30:00Z'],
    ['later than the server holds', { until: NOW + 1_801_000 }, '3600 2026-01-01T00:30:00Z'],
  ])('is not held %s', (_, hold, offered) => {
    const extensions = new Map([['FUTURERELEASE', offered]]);
    expect(refusalOf(() => mailCommand(envelope({ hold }), extensions, NOW)).code?.name).toBe('5.5.4');
  });

  it.each([{ for: 0 }, { for: 1.5 }, { until: NOW }, { until: NaN }])('is not held for %j', (hold) => {
    expect(() => mailCommand(envelope({ hold }), everything, NOW)).toThrow(UsageError);
  });

  it('keeps an envelope identifier within its bounds', () => {
    const of = (id: string): string => mailCommand(envelope({ reports: { on: [], id } }), everything, NOW);
    expect(of('x'.repeat(100))).toContain('ENVID=x');
    expect(() => of('x'.repeat(101))).toThrow(UsageError);
    expect(() => of('x\r\nRCPT TO:<eve@example.org>')).toThrow(UsageError);
  });
});

describe('RCPT', () => {
  it.each([
    [undefined, 'RCPT TO:<b+c@d>'],
    [{ on: [] }, 'RCPT TO:<b+c@d> NOTIFY=NEVER ORCPT=rfc822;b+2Bc@d'],
    [{ on: ['SUCCESS', 'DELAY'] }, 'RCPT TO:<b+c@d> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bc@d'],
  ] as const)('with reports %j', (reports, line) => {
    expect(rcptCommand('b+c@d', envelope(reports && { reports }), everything)).toBe(line);
    expect(rcptCommand('b+c@d', envelope(reports && { reports }), nothing)).toBe('RCPT TO:<b+c@d>');
  });

  it('leaves an original recipient out that is too long to be given', () => {
    const long = `${'x'.repeat(500)}@d`;
    expect(rcptCommand(long, envelope({ reports: { on: ['FAILURE'] } }), everything)).toBe(
      `RCPT TO:<${long}> NOTIFY=FAILURE`,
    );
  });
});
