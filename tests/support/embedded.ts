import { Account, type MailServer, profiles, startMailServer } from '@postern/mailserver';
import type { MailServerOptions } from '@postern/mailserver';
import type { MailPlace, Person } from './place.ts';

export interface EmbeddedPlace extends MailPlace {
  readonly submission: string;
  readonly server: MailServer;
}

export const ada: Person = {
  user: 'ada@postern.example',
  password: 'canary-Pass-ada',
  address: 'ada@postern.example',
};
export const grace: Person = {
  user: 'grace@postern.example',
  password: 'canary-Pass-grace',
  address: 'grace@postern.example',
};

/** The embedded mail server with two empty accounts, or with those given. */
export async function startEmbedded(
  options: Partial<MailServerOptions> & { users?: readonly [Person, Person] } = {},
): Promise<EmbeddedPlace> {
  const { users = [ada, grace], ...rest } = options;
  const server = await startMailServer({
    accounts: users.map(
      ({ user, password, token }) => new Account({ user, password, ...(token ? { token } : {}) }),
    ),
    ...rest,
  });
  return {
    name: `embedded (${(rest.profile ?? profiles.full).name})`,
    imap: `imap://127.0.0.1:${server.imap.port}`,
    submission: `submission://127.0.0.1:${server.submission.port}`,
    users,
    server,
    async deliver(person, mailbox, message, flags = []) {
      const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : message;
      server.deliver(person.user, mailbox, bytes, { flags });
    },
    close: () => server.close(),
  };
}
