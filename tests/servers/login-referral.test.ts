import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTarget } from '@postern/gateway';
import type { Gateway } from '@postern/gateway';
import { Session } from '@postern/protocol/imap';
import { signIn } from '@postern/protocol/sign-in';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Device } from '../support/device.ts';
import { dial } from '../support/direct.ts';
import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import type { DovecotPlace } from '../support/dovecot.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { MailPlace } from '../support/place.ts';
import { answers, freePorts } from '../support/ports.ts';
import { openGateway, systemClock } from '../support/relay.ts';

const missing = dovecotMissing();
if (missing) console.log(`skipped: ${missing}`);

/** A second Dovecot that keeps no mail: whoever signs in is told that theirs is at `home`. */
class Referrer {
  readonly imap: string;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(imap: string, folder: string, child: ChildProcess) {
    this.imap = imap;
    this.#folder = folder;
    this.#child = child;
  }

  /** `admits`: whoever signs in may stay, too. */
  static async start(home: string, admits = false): Promise<Referrer> {
    const folder = await mkdtemp(join(tmpdir(), 'postern-referrer-'));
    await chmod(folder, 0o755);
    for (const name of ['run', 'state', 'mail']) await mkdir(join(folder, name));
    const [port] = (await freePorts(1)) as [number];
    const config = join(folder, 'dovecot.conf');
    await writeFile(config, configuration(folder, port, new URL(home), admits));
    const child = spawn('/usr/sbin/dovecot', ['-F', '-c', config], { stdio: 'ignore' });
    const referrer = new Referrer(`imap://127.0.0.1:${port}`, folder, child);
    await eventually('the referring Dovecot answers', () => answers(port), 20_000);
    return referrer;
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await exited;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

describe.skipIf(missing)('a sign-in that Dovecot admits, and would rather have elsewhere', () => {
  it('is answered without a word of that (RFC 2221 §4.1), unlike what its documentation says', async () => {
    const referrer = await Referrer.start('imap://127.0.0.1:9', true);
    const session = new Session(await dial(referrer.imap), {
      clock: systemClock,
      onNews: () => undefined,
    });
    try {
      await session.ready;
      expect(await signIn(session, { user: 'ada', password: 'anything' })).toEqual([]);
      expect(session.state).toBe('authenticated');
    } finally {
      session.close();
      await referrer.close();
    }
  });
});

describe.skipIf(missing)('a sign-in that Dovecot refers to another server (RFC 2221)', () => {
  let home: DovecotPlace;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    home = await startDovecot();
    const [{ address }] = home.users;
    await home.deliver(home.users[0], 'INBOX', letter({ from: address, to: address, subject: 'at home' }));
  }, 60_000);
  afterEach(async () => {
    for (const each of open.splice(0).toReversed()) await each.close();
  });
  afterAll(() => home?.close());

  async function gatewayBefore(listed: readonly string[]): Promise<Gateway> {
    const referrer = await Referrer.start(home.imap);
    open.push(referrer);
    const place: MailPlace = { ...home, imap: referrer.imap };
    const referrals = listed.map((each) => parseTarget('imap', each)!);
    const gateway = await openGateway(place, { referrals });
    open.push(gateway);
    return gateway;
  }

  it('ends at the mail, for the session and for every relay', async () => {
    const gateway = await gatewayBefore([home.imap]);
    const device = await Device.open(gateway, home.users[0]);
    open.push({ close: () => device.stop() });
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
    await device.caughtUp('inbox', 1);
    expect(await device.subjects('inbox')).toEqual(['at home']);
  });

  it('is refused in words where that server is not listed', async () => {
    const gateway = await gatewayBefore([]);
    const { user, password } = home.users[0];
    const response = await fetch(`${gateway.url}/session`, {
      method: 'POST',
      headers: { Origin: gateway.url, 'Content-Type': 'application/json' },
      body: JSON.stringify({ user, password }),
    });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ reason: 'unlisted' });
  });
});

function configuration(folder: string, port: number, home: URL, admits: boolean): string {
  return `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain
auth_failure_delay = 0
mail_location = maildir:${folder}/mail/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = static
  args = nopassword=y${admits ? '' : ' nologin=y'} host=${home.hostname} port=${home.port}
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}/mail/%u
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`;
}
