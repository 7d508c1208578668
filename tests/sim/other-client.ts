import type { Mailbox } from '@postern/mailserver';
import type { SimulatedServer } from './server.ts';
import type { Peer } from './wire.ts';

/** Somebody else's program: a connection of its own, on which commands are written and nothing that is said is minded. */
export class OtherClient {
  readonly #server: SimulatedServer;
  #peer: Peer | undefined;
  #selected: Mailbox | undefined;
  #tag = 0;

  constructor(server: SimulatedServer) {
    this.#server = server;
  }

  /** Selects the mailbox, and keeps it: it is then in use by two (RFC 2180). */
  select(mailbox: Mailbox): void {
    const name = this.name(mailbox);
    if (this.#selected === mailbox && this.#peer?.state === 'open') this.run('NOOP');
    else this.run(`SELECT ${name}`);
    this.#selected = mailbox;
  }

  /** As it is written in a command. */
  name({ name }: Pick<Mailbox, 'name'>): string {
    return `"${this.#server.shownName(name)}"`;
  }

  run(command: string): void {
    if (this.#peer?.state !== 'open') {
      this.#peer = this.#server.openForOthers();
      this.#selected = undefined;
      this.#drain();
    }
    this.#peer.receive(Buffer.from(`o${++this.#tag} ${command}\r\n`, 'latin1'));
    this.#drain();
  }

  /** Lets go of what it has selected: a deleted mailbox that is still in use may keep its name taken (RFC 2180 §3.3). */
  leave(): void {
    if (this.#peer?.state === 'open') this.run('LOGOUT');
  }

  #drain(): void {
    while (this.#peer?.output() !== undefined);
  }
}
