import { expect, it } from 'vitest';
import { readDeliveries } from './delivery.ts';

const report = `Reporting-MTA: dns; mail.example.org
Arrival-Date: Wed, 11 Nov 2026 05:49:47 +0000

Final-Recipient: rfc822; ada@example.net
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 There is no such
 550 5.1.1 person here

Original-Recipient: rfc822;bob@example.net
Action: DELAYED
Diagnostic-Code: X-Unix; busy
`;

it('tells the fate of each recipient', () => {
  expect(readDeliveries(report.replaceAll('\n', '\r\n'))).toEqual([
    { recipient: 'ada@example.net', action: 'failed', words: 'There is no such person here' },
    { recipient: 'bob@example.net', action: 'delayed', words: 'busy' },
  ]);
});

it('finds nothing where there is nothing', () => {
  expect(readDeliveries('')).toEqual([]);
  expect(readDeliveries('Reporting-MTA: dns; mail.example.org\n\nhello')).toEqual([]);
});

it('calls an action it does not know by no name', () => {
  expect(readDeliveries('Final-Recipient: rfc822; a@b.example\nAction: eaten')).toEqual([
    { recipient: 'a@b.example', action: 'other', words: '' },
  ]);
});
