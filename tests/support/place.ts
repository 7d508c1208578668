/** A mail server that a test runs against, whichever it is. */
export interface MailPlace {
  readonly name: string;
  /** As POSTERN_IMAP and POSTERN_SUBMISSION take them; not every place has somewhere to send by. */
  readonly imap: string;
  readonly submission?: string;
  readonly users: readonly [Person, Person];
  /** Puts a message into a mailbox behind the app's back, as a delivery or another client would. */
  deliver(
    person: Person,
    mailbox: string,
    message: Uint8Array | string,
    flags?: readonly string[],
  ): Promise<void>;
  close(): Promise<void>;
}

export interface Person {
  readonly user: string;
  readonly password: string;
  readonly address: string;
  /** What OAUTHBEARER and XOAUTH2 take, where the server does. */
  readonly token?: string;
}

/** A plain message, for tests that only need there to be one. */
export function letter(fields: {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text?: string;
  readonly messageId?: string;
  readonly date?: Date;
}): string {
  const date = (fields.date ?? new Date()).toUTCString().replace('GMT', '+0000');
  return [
    `From: ${fields.from}`,
    `To: ${fields.to}`,
    `Subject: ${fields.subject}`,
    `Date: ${date}`,
    `Message-ID: ${fields.messageId ?? `<${crypto.randomUUID()}@postern.example>`}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    fields.text ?? 'Nothing more.',
    '',
  ].join('\r\n');
}
