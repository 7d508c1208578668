import { Account } from '../account/account.ts';

/** The two accounts to try Postern with: ada@ and grace@postern.example, password "postern". */
export function demoAccounts({ now }: { now: number }): Account[] {
  const ada = new Account({ user: 'ada@postern.example', password: 'postern', displayName: 'Ada Marlowe' });
  const grace = new Account({ user: 'grace@postern.example', password: 'postern', displayName: 'Grace Okafor' });
  const date = new Date(now - 3_600_000).toUTCString().replace('GMT', '+0000');
  const welcome =
    `From: Grace Okafor <grace@postern.example>\r\nTo: Ada Marlowe <ada@postern.example>\r\nDate: ${date}\r\n` +
    'Subject: The lamp room, Saturday\r\nMessage-ID: <lamp-room@postern.example>\r\n\r\n' +
    'Ada,\r\n\r\nThe glazier can come on Saturday at nine. Could you bring the key?\r\n\r\nGrace\r\n';
  ada.get('INBOX').add({ content: Buffer.from(welcome), internalDate: now - 3_600_000 });
  return [ada, grace];
}
