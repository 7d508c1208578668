/** Where the engine stands, for the one quiet line. */
import type { ConnectionProblem, EngineStatus, MailboxKey, Unreached, Working } from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { truth } from './truth.svelte.ts';

class ConnectionState {
  #status: EngineStatus = $state.raw({ connection: 'connecting', at: 0 });

  constructor() {
    engine.listen((note) => {
      if (note.note === 'status') this.#status = note.status;
    });
  }

  get state(): EngineStatus['connection'] {
    return this.#status.connection;
  }
  /** What is not on this device cannot be had now. */
  get isOffline(): boolean {
    return this.state === 'waiting' || this.state === 'signed-out';
  }
  get problem(): { readonly reason: ConnectionProblem; readonly text: string } | undefined {
    return this.#status.problem;
  }
  /** Milliseconds since 1970 of the last complete catching up; 0: never. */
  get at(): number {
    // An engine that has just begun has caught up with nothing yet; what is in the store was current once.
    return Math.max(this.#status.at, ...truth.mailboxes.map(({ sync }) => sync.at));
  }
  get progress():
    { readonly mailbox: MailboxKey; readonly done: number; readonly total: number } | undefined {
    return this.#status.progress;
  }
  /** Texts and attachments that are fetched to be kept, as the mode of a mailbox asks for; octets. */
  get keeping(): { readonly done: number; readonly total: number } | undefined {
    return this.#status.keeping?.octets;
  }
  /** The action that takes the server long, and how far it is, where it says so. */
  get working(): Working | undefined {
    return this.#status.working;
  }
  /** Mailboxes on other servers that cannot be used, and why. */
  get unreached(): readonly Unreached[] {
    return this.#status.unreached ?? [];
  }
  /** Try again now. */
  retry(): void {
    engine.wake('network');
  }
}

export const connection = new ConnectionState();
