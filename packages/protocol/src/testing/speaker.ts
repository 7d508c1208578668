import type { Searcher } from '../imap/index.ts';
import { Exchange } from './exchange.ts';
import { TestClock } from './wire.ts';

export interface Scripted extends Searcher {
  readonly written: string[];
}

/** For tests: a session whose server answers the commands one after another. */
export function speaker(capabilities: string, ...answers: readonly string[][]): Scripted {
  const exchange = new Exchange(capabilities);
  const left = [...answers];
  const written: string[] = [];
  return {
    capabilities: exchange.connection.capabilities,
    written,
    clock: new TestClock(),
    async run(command) {
      const run = exchange.run(command, ...(left.shift() ?? []));
      written.push(run.written);
      if (run.value instanceof Error) throw run.value;
      return run.value as never;
    },
  };
}
