import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigurationError, readConfiguration } from './configuration.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = Buffer.alloc(32, 7).toString('base64');
const working = { POSTERN_IMAP: 'imaps://imap.example.org', POSTERN_KEY: key };

describe('readConfiguration', () => {
  test('one setting is enough', () => {
    const config = readConfiguration({ POSTERN_IMAP: 'imaps://imap.example.org', POSTERN_STATE: folder });
    expect(config.imap).toEqual({ service: 'imap', host: 'imap.example.org', port: 993, security: 'tls' });
    expect(config.listen).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(config.submission).toBeUndefined();
    expect(config.domain).toBe('example.org');
  });

  test('servers that a referral may lead to are listed like the first one', () => {
    const list = 'imaps://mail2.example.org, imap+starttls://mail3.example.org:10143';
    expect(readConfiguration({ ...working, POSTERN_REFERRALS: list }).referrals).toEqual([
      { service: 'imap', host: 'mail2.example.org', port: 993, security: 'tls' },
      { service: 'imap', host: 'mail3.example.org', port: 10143, security: 'starttls' },
    ]);
    expect(readConfiguration(working).referrals).toEqual([]);
    const wrong = (): unknown => readConfiguration({ ...working, POSTERN_REFERRALS: '*.example.org' });
    expect(wrong).toThrow(/^POSTERN_REFERRALS is not the address of a mail server/);
  });

  test('a key is made once, for its owner only', () => {
    const settings = { POSTERN_IMAP: 'imaps://imap.example.org', POSTERN_STATE: join(folder, 'new') };
    const first = readConfiguration(settings).keys[0];
    const file = join(folder, 'new', 'key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readConfiguration(settings).keys[0].equals(first)).toBe(true);
    expect(readFileSync(file, 'utf8').trim()).toBe(first.toString('base64'));
  });

  test('several keys: the first seals', () => {
    const other = Buffer.alloc(32, 8).toString('base64');
    const { keys } = readConfiguration({ ...working, POSTERN_KEY: `${other}, ${key}` });
    expect(keys.map((each) => each[0])).toEqual([8, 7]);
  });

  test.each([
    ['POSTERN_IMAP', {}],
    ['POSTERN_IMAP', { POSTERN_IMAP: 'mail.example.org' }],
    ['POSTERN_IMAP', { POSTERN_IMAP: 'imaps://ada:canary-7c1@mail.example.org' }],
    ['POSTERN_SUBMISSION', { ...working, POSTERN_SUBMISSION: 'imaps://mail.example.org' }],
    ['POSTERN_LISTEN', { ...working, POSTERN_LISTEN: 'here' }],
    ['POSTERN_LISTEN', { ...working, POSTERN_LISTEN: '127.0.0.1:99999' }],
    ['POSTERN_ORIGIN', { ...working, POSTERN_LISTEN: '0.0.0.0:8080' }],
    ['POSTERN_ORIGIN', { ...working, POSTERN_ORIGIN: 'http://mail.example.org' }],
    ['POSTERN_ORIGIN', { ...working, POSTERN_ORIGIN: '*' }],
    ['POSTERN_DOMAIN', { ...working, POSTERN_DOMAIN: 'ada@example.org' }],
    ['POSTERN_PROXIES', { ...working, POSTERN_PROXIES: '127.0.0.1,everyone' }],
    ['POSTERN_CA', { ...working, POSTERN_CA: '/nowhere/ca.pem' }],
    ['POSTERN_CA', { ...working, POSTERN_CA: 'LICENSE' }],
    ['POSTERN_KEY', { ...working, POSTERN_KEY: 'canary-7c1' }],
    ['POSTERN_STATE', { ...working, POSTERN_KEY: '', POSTERN_STATE: '/dev/null/postern' }],
  ])('names %s and gives an example', (name, environment) => {
    let message = '';
    try {
      readConfiguration(environment);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      ({ message } = error as Error);
    }
    expect(message).toContain(name);
    expect(message).toMatch(/for example|or set/);
    expect(message).not.toContain('canary-7c1');
    expect(message).not.toContain('\n');
  });

  test('a damaged key file is not replaced in silence', () => {
    writeFileSync(join(folder, 'key'), 'nonsense');
    expect(() => readConfiguration({ ...working, POSTERN_KEY: '', POSTERN_STATE: folder })).toThrow(
      /delete it/,
    );
  });
});
