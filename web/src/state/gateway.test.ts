import { afterEach, describe, expect, it, vi } from 'vitest';
import { askGateway, signInAtGateway, signOutAtGateway } from './gateway.ts';

const ada = { id: 'AAAAAAAAAAAA', user: 'ada', address: 'ada@postern.example', submission: true };

function answering(status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  vi.stubGlobal('fetch', async () => new Response(status === 204 ? null : text, { status }));
}
function failing(error: Error): void {
  vi.stubGlobal('fetch', () => Promise.reject(error));
}

afterEach(() => vi.unstubAllGlobals());

describe('the gateway', () => {
  it('lets in whom the mail server lets in', async () => {
    answering(200, ada);
    expect(await signInAtGateway('ada', 'secret')).toMatchObject({
      user: 'ada',
      address: 'ada@postern.example',
    });
  });

  it.each([
    [401, { reason: 'auth' }, 'auth'],
    [429, { reason: 'rate', retryAfter: 3 }, 'rate'],
    [502, { reason: 'certificate' }, 'certificate'],
    [502, { reason: 'unreachable' }, 'unreachable'],
    [504, { reason: 'timeout' }, 'timeout'],
    [409, { reason: 'many', most: 5 }, 'many'],
    [400, { reason: 'request' }, 'auth'],
    [502, '<html>a proxy’s page</html>', 'unreachable'],
    [200, '<html>a captive portal</html>', 'protocol'],
  ])('says why not: %i %j is %s', async (status, body, failure) => {
    answering(status, body);
    expect(await signInAtGateway('ada', 'secret')).toBe(failure);
  });

  it('cannot be reached, or takes too long', async () => {
    failing(new TypeError('network'));
    expect(await signInAtGateway('ada', 'secret')).toBe('offline');
    expect(await askGateway()).toBe(undefined);
    expect(await signOutAtGateway('AAAAAAAAAAAA')).toBe(false);
    failing(new DOMException('late', 'TimeoutError'));
    expect(await signInAtGateway('ada', 'secret')).toBe('timeout');
  });

  it('knows the accounts, or says that there is none; a page of someone else says nothing', async () => {
    answering(200, { accounts: [ada, { ...ada, id: 7 }, null] });
    expect(await askGateway()).toMatchObject({ accounts: [{ id: 'AAAAAAAAAAAA', user: 'ada' }] });
    answering(200, '<html>a captive portal</html>');
    expect(await askGateway()).toBe(undefined);
    answering(401, { reason: 'none', demo: { user: 'ada', password: 'postern' } });
    expect(await askGateway()).toEqual({ accounts: [], demo: { user: 'ada', password: 'postern' } });
    answering(401, '');
    expect(await askGateway()).toEqual({ accounts: [], demo: undefined });
    answering(503, {});
    expect(await askGateway()).toBe(undefined);
    answering(204, '');
    expect(await signOutAtGateway('AAAAAAAAAAAA')).toBe(true);
  });
});
