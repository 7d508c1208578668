import { describe, expect, it } from 'vitest';
import { encodeText } from '../../bytes/index.ts';
import { parseDeliveryStatus } from './delivery-status.ts';
import { parseDispositionNotification } from './disposition-notification.ts';

const lines = (...text: string[]) => encodeText(text.join('\r\n'));

describe('parseDeliveryStatus', () => {
  it('reads two recipients', () => {
    const report = lines(
      'Reporting-MTA: dns; mail.example.org (Postfix)',
      'Original-Envelope-Id: QQ314159',
      'Arrival-Date: Mon, 3 Nov 2025 10:00:00 +0000',
      '',
      'Final-Recipient: rfc822; bob@example.com',
      'Original-Recipient: rfc822;robert@example.org',
      'Action: failed',
      'Status: 5.1.1 (no such user)',
      'Remote-MTA: dns; mx.example.com',
      'Diagnostic-Code: smtp; 550 5.1.1 <bob@example.com>:',
      '    unknown user',
      'Last-Attempt-Date: Mon, 3 Nov 2025 10:00:05 +0000',
      '',
      '',
      'Final-Recipient: utf-8; gr\\x{FC}n@example.com',
      'Action: DELAYED',
      'Status: 4.4.1',
      'Will-Retry-Until: Sat, 8 Nov 2025 10:00:00 +0000',
      '',
    );
    const failed = {
      recipient: 'bob@example.com',
      originalRecipient: 'robert@example.org',
      action: 'failed',
      status: '5.1.1',
      diagnostic: '550 5.1.1 <bob@example.com>: unknown user',
      remoteServer: 'mx.example.com',
      lastAttempt: Date.UTC(2025, 10, 3, 10, 0, 5),
      willRetryUntil: undefined,
    };
    const delayed = {
      recipient: 'grün@example.com',
      originalRecipient: '',
      action: 'delayed',
      status: '4.4.1',
      diagnostic: '',
      remoteServer: '',
      lastAttempt: undefined,
      willRetryUntil: Date.UTC(2025, 10, 8, 10),
    };
    expect(parseDeliveryStatus(report)).toEqual({
      reportingServer: 'mail.example.org (Postfix)',
      envelopeId: 'QQ314159',
      arrival: Date.UTC(2025, 10, 3, 10),
      recipients: [failed, delayed],
    });
  });

  it.each([
    [
      'all in one group',
      ['Reporting-MTA: dns; a', 'Final-Recipient: rfc822; <b@c>', 'Status: 5.0.0'],
      'failed',
    ],
    ['no action', ['', 'Final-Recipient: rfc822; b@c', 'Status: 4.2.2'], 'delayed'],
    ['an action of its own', ['', 'Final-Recipient: b@c', 'Action: vanished'], 'other'],
    [
      'only the original recipient',
      ['', 'Original-Recipient: rfc822; b@c', 'Action: delivered'],
      'delivered',
    ],
  ])('understands %s', (_, text, action) => {
    const status = parseDeliveryStatus(lines(...text));
    expect(status?.recipients).toMatchObject([{ recipient: 'b@c', action }]);
  });

  it.each([
    ['smtp; 550 no; never', '550 no; never'],
    ['550 5.1.1 no such user; see https://example.org', '550 5.1.1 no such user; see https://example.org'],
    ['X-Postfix; cannot connect', 'cannot connect'],
  ])('takes the type from %s, and nothing else', (code, diagnostic) => {
    const status = parseDeliveryStatus(lines('Final-Recipient: rfc822; a@b', `Diagnostic-Code: ${code}`));
    expect(status?.recipients).toMatchObject([{ diagnostic }]);
  });

  it('is undefined where nobody is named', () => {
    expect(parseDeliveryStatus(lines('Reporting-MTA: dns; a', '', 'Action: failed'))).toBeUndefined();
    expect(parseDeliveryStatus(lines('It did not work.', 'Sorry.'))).toBeUndefined();
    expect(parseDeliveryStatus(new Uint8Array(0))).toBeUndefined();
  });

  it('stops at a thousand recipients', () => {
    const report = encodeText('Final-Recipient: rfc822; a@b\r\n\r\n'.repeat(5000));
    expect(parseDeliveryStatus(report)?.recipients).toHaveLength(1000);
  });
});

describe('parseDispositionNotification', () => {
  it('reads RFC 8098 §9', () => {
    const report = lines(
      'Reporting-UA: joes-pc.cs.example.com; Foomail 97.1',
      'Original-Recipient: rfc822;Joe_Recipient@example.com',
      'Final-Recipient: rfc822;Joe_Recipient@example.com',
      'Original-Message-ID: <199509192301.23456@example.org>',
      'Disposition: manual-action/MDN-sent-manually; displayed',
    );
    expect(parseDispositionNotification(report)).toEqual({
      recipient: 'Joe_Recipient@example.com',
      originalRecipient: '',
      messageId: '<199509192301.23456@example.org>',
      disposition: 'displayed',
      manual: true,
      modifiers: [],
      userAgent: 'joes-pc.cs.example.com; Foomail 97.1',
      error: '',
    });
  });

  it.each([
    [
      'automatic-action/MDN-sent-automatically; deleted/error,expired',
      'deleted',
      false,
      ['error', 'expired'],
    ],
    ['automatic-action/MDN-sent-automatically;dispatched', 'dispatched', false, []],
    ['manual-action/MDN-sent-manually; read', 'other', true, []],
    ['nonsense', 'other', false, []],
  ])('%s', (value, disposition, manual, modifiers) => {
    expect(parseDispositionNotification(lines(`Disposition: ${value}`))).toMatchObject({
      disposition,
      manual,
      modifiers,
    });
  });

  it('is undefined without a disposition', () => {
    expect(parseDispositionNotification(lines('Final-Recipient: rfc822; a@b'))).toBeUndefined();
  });
});
