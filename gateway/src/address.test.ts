import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { addressGroup, clientAddress, ProxyList } from './address.ts';

function request(remoteAddress: string, forwarded?: string): IncomingMessage {
  return {
    socket: { remoteAddress },
    headers: { 'x-forwarded-for': forwarded },
  } as unknown as IncomingMessage;
}

describe('clientAddress', () => {
  const proxies = new ProxyList(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);

  test.each([
    ['a direct client is itself', '203.0.113.9', undefined, '203.0.113.9'],
    ['a direct client cannot name another', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['a listed proxy is believed', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['also by its IPv4-mapped address', '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['but not what the client wrote before it', '10.1.2.3', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['two listed proxies in a row', '10.1.2.3', '6.6.6.6, 203.0.113.9, 192.0.2.7', '203.0.113.9'],
    ['nonsense ends the walk at the proxy', '10.1.2.3', '203.0.113.9, unknown', '10.1.2.3'],
    ['a proxy that says nothing', '10.1.2.3', undefined, '10.1.2.3'],
    ['every hop listed', '10.1.2.3', '10.9.9.9', '10.9.9.9'],
  ])('%s', (_name, remote, forwarded, expected) => {
    expect(clientAddress(request(remote, forwarded), proxies)).toBe(expected);
  });

  test('nobody is believed by default', () => {
    expect(clientAddress(request('127.0.0.1', '203.0.113.9'), new ProxyList([]))).toBe('127.0.0.1');
  });

  test.each(['10.0.0.0/33', 'proxy.example.org', '::1/129', '10.0.0.0/x', ''])('%j is no proxy', (entry) => {
    expect(() => new ProxyList([entry])).toThrow(RangeError);
  });
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::99', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
