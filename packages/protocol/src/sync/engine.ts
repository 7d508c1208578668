/** See below; the shape of the engine as its host sees it. */
import type { Clock, Randomness, Transport } from '../port.ts';
import type { Store } from './store.ts';
import type { EngineNote, Wishes } from './wishes.ts';

export interface EnginePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Randomness;
  /** Opens a relayed connection: IMAP starts with PREAUTH, submission with 220. Rejects with GatewayRefused or ConnectionLost. */
  connect(service: 'imap' | 'submission'): Promise<Transport>;
  /** To every screen; `to` names the one that asked, undefined: all. */
  tell(note: EngineNote, to: string | undefined): void;
}

export interface Engine {
  /** All that `screen` wants now; undefined: it is gone. */
  wish(screen: string, wishes: Wishes | undefined): void;
  /** Something may have changed: network back, page visible, new action. Plans again. */
  wake(reason: 'network' | 'visible' | 'action' | 'timer'): void;
  /** Ends the connections; settles when nothing is in flight. Actions stay in the store. */
  stop(): Promise<void>;
}
