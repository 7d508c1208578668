import { Account, ServerConnection, SubmissionConnection, supports } from '@postern/mailserver';
import type {
  Faults,
  ImapHost,
  Mailbox,
  Message,
  Profile,
  Referrals,
  RelayedMessage,
  SubmissionHost,
} from '@postern/mailserver';
import type { Chance } from './chance.ts';
import type { WorldClock } from './clock.ts';
import { ada, numberOf } from './letters.ts';
import type { Service } from './network.ts';
import type { Peer } from './wire.ts';

/** INBOX first. */
export function inOrder(a: string, b: string): number {
  return Number(b === 'INBOX') - Number(a === 'INBOX') || (a < b ? -1 : 1);
}

/** What refused commands are answered by. */
const REFUSED = 'Not now';

/** The mail server of a world: one account, no sockets, the world's clock. */
export class SimulatedServer {
  readonly account: Account;
  readonly profile: Profile;
  readonly relayed: RelayedMessage[] = [];
  readonly #clock: WorldClock;
  readonly #chance: Chance;
  readonly #referrals: Referrals | undefined;
  readonly #refusals: { command: string; times: number; status: 'NO' | 'BAD'; code: string }[] = [];
  readonly #submissionRefusals: { step: string; times: number; reply: string }[] = [];
  readonly #faults: Required<Pick<Faults, 'refuse' | 'refuseSubmission'>> = {
    refuse: (command) => {
      this.commands++;
      const refusal = this.#refusals.find((each) => each.command === command && each.times-- > 0);
      if (!refusal) return undefined;
      const { status, code } = refusal;
      return { status, ...(code === '' ? {} : { code }), text: REFUSED };
    },
    refuseSubmission: (step) =>
      this.#submissionRefusals.find((each) => each.step === step && each.times-- > 0)?.reply,
  };
  /** Commands that were BAD of themselves; one that follows ENABLE in the same flight may be (icloud enables nothing). */
  readonly invalid: string[] = [];
  /** Told of each message that goes with its mailbox, by whoever deletes that. */
  onDeleted: ((number: number) => void) | undefined;
  /** Told of each message that is marked \Deleted when a device says EXPUNGE, and was not when it last looked for such marks. */
  onExposed: ((number: number) => void) | undefined;
  /** How many commands there were. */
  commands = 0;

  /** @param referrals where it sends its clients elsewhere. */
  constructor(profile: Profile, clock: WorldClock, chance: Chance, referrals?: Referrals) {
    this.profile = profile;
    this.#clock = clock;
    this.#chance = chance;
    this.#referrals = referrals;
    this.account = new Account({ user: ada, password: 'postern', now: () => clock.now() });
    let before = this.account.mailboxes;
    const watch = (): void => {
      const now = new Map(this.account.mailboxes);
      const there = new Set(now.values());
      for (const mailbox of before.values()) if (!there.has(mailbox)) this.#tellDeleted(mailbox);
      before = now;
    };
    watch();
    this.account.watchers.add({ namesChanged: watch, renamed: watch });
  }

  /** `hear` is told of each command, or step of a submission, that is about to be carried out. */
  open(
    service: Service,
    wake: () => void,
    hear: (command: string) => void,
    profile: Profile = this.profile,
  ): Peer {
    const { refuse, refuseSubmission } = this.#faults;
    let said = '';
    let looked = new Set<Message>();
    let selected: Mailbox | undefined;
    const faults: Faults = {
      refuse: (command) => {
        hear(command);
        const refused = refuse?.(command);
        if (refused) return refused;
        if (command === 'SELECT') selected = this.#named(/^\S+ SELECT "([^"]*)"/.exec(said)?.[1]);
        if (command === 'UID SEARCH' && said.endsWith(' DELETED')) looked = marked(selected);
        if (command === 'EXPUNGE')
          for (const message of marked(selected))
            if (!looked.has(message)) this.onExposed?.(numberOf(message.content));
        return undefined;
      },
      refuseSubmission: (step, argument) => (hear(step), refuseSubmission?.(step, argument)),
    };
    if (service === 'submission') {
      const host: SubmissionHost = {
        ...this.#shared(faults),
        domain: 'postern.example',
        filesSent: profile.traits?.includes('files-sent') === true,
        relay: (message) => this.relayed.push(message),
      };
      return new SubmissionConnection(host, ada);
    }
    const host: ImapHost = {
      ...this.#shared(faults),
      profile,
      startTls: false,
      ...(this.#referrals ? { referrals: this.#referrals } : {}),
      random: (count) => this.#chance.octets(count),
      log: (direction, line) => {
        if (direction === 'C') said = line;
        else if (/^\S+ BAD /.test(line) && !line.endsWith(REFUSED) && !said.includes('(QRESYNC ('))
          this.invalid.push(`${said}: ${line}`);
      },
    };
    return new ServerConnection(host, { wake, account: this.account });
  }

  /** For a program that nothing goes wrong with. */
  openForOthers(): Peer {
    const host: ImapHost = {
      ...this.#shared({}),
      profile: this.profile,
      startTls: false,
      random: (count) => this.#chance.octets(count),
      log: () => undefined,
    };
    return new ServerConnection(host, { wake: () => undefined, account: this.account });
  }

  #shared(faults: Faults) {
    const accountOf = (user: string): Account | undefined => (user === ada ? this.account : undefined);
    return {
      faults,
      authenticate: () => undefined,
      accountOf,
      now: () => this.#clock.now(),
    };
  }

  refuse(refusal: { command: string; times: number; status: 'NO' | 'BAD'; code: string }): void {
    this.#refusals.push({ ...refusal });
  }

  refuseSubmission(refusal: { step: string; times: number; reply: string }): void {
    this.#submissionRefusals.push({ ...refusal });
  }

  heal(): void {
    this.#refusals.length = 0;
    this.#submissionRefusals.length = 0;
    this.account.quota = {};
  }

  /** By the name that a client has for it. */
  #named(shown: string | undefined): Mailbox | undefined {
    return this.inOrder().find(({ name }) => this.shownName(name) === shown);
  }

  #tellDeleted({ messages }: Mailbox): void {
    for (const { content } of messages) this.onDeleted?.(numberOf(content));
  }

  /** Mailboxes in the order in which both sides count them. */
  inOrder(): Mailbox[] {
    return [...this.account.mailboxes.values()].sort((a, b) => inOrder(a.name, b.name));
  }

  /** The name that a client sees. */
  shownName(name: string): string {
    return name === 'INBOX' ? name : `${this.profile.prefix ?? ''}${name}`;
  }

  has(capability: 'UIDPLUS' | 'MOVE'): boolean {
    return supports(this.profile, capability);
  }
}

function marked(mailbox: Mailbox | undefined): Set<Message> {
  return new Set(mailbox?.messages.filter(({ flags }) => flags.has('\\Deleted')));
}
