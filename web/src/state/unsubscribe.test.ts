import { expect, it } from 'vitest';
import { unsubscribeBy } from './unsubscribe.ts';

it.each<[string, string[], ReturnType<typeof unsubscribeBy>]>([
  ['nothing', [], {}],
  [
    'both, the first of each',
    ['https://news.example/leave?a=b', 'mailto:leave@news.example?subject=off', 'mailto:other@x.example'],
    {
      mail: { url: 'mailto:leave@news.example?subject=off', address: 'leave@news.example' },
      page: { href: 'https://news.example/leave?a=b', host: 'news.example' },
    },
  ],
  ['never in the clear', ['http://news.example/leave'], {}],
  ['a machine on the own network', ['https://192.168.0.1/admin?reboot=1', 'https://router.local/'], {}],
  ['a name before the @', ['https://bank.example@other.example/'], {}],
  ['what is no page', ['javascript:alert(1)', 'data:text/html,x', 'ftp://x.example/', 'tel:+123'], {}],
  ['a mail to nobody', ['mailto:?subject=x'], {}],
])('%s', (_, urls, expected) => {
  expect(unsubscribeBy(urls)).toEqual(expected);
});
