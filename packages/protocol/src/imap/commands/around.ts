/** Commands that also tell what else was said while they ran. */
import type { Collector, Command } from '../command.ts';
import type { Untagged } from '../response.ts';
import type { FetchedMessage, StatusText } from '../types.ts';

/** A command's result with what its receipt said beside it. */
export interface Receipt<R> extends StatusText {
  readonly value: R;
  /** Said of this command before its receipt, where both have something to say (RFC 9738 §3.1). */
  readonly messageLimit: Extract<StatusText['code'], { name: 'MESSAGELIMIT' }> | undefined;
}

/** The same command, giving its receipt's code and text too: EXPUNGEISSUED, MESSAGELIMIT, ALERT … */
export function withReceipt<R>(command: Command<R>): Command<Receipt<R>> {
  return around(command, (inner) => {
    let limit: Receipt<R>['messageLimit'];
    return {
      take({ type, ...response }) {
        if (type !== 'status' || !('code' in response) || response.code?.name !== 'MESSAGELIMIT')
          return false;
        limit = response.code;
        return true;
      },
      settle(status) {
        const messageLimit = status.code?.name === 'MESSAGELIMIT' ? status.code : limit;
        return { value: inner.settle(status), ...status, messageLimit };
      },
    };
  });
}

/** How far a long command is, in whatever unit the server counts; undefined where it does not know (RFC 9585 §4). */
export interface Progress {
  readonly progress: number | undefined;
  readonly goal: number | undefined;
}

/**
 * The same command, telling its progress where the server does (INPROGRESS, RFC 9585). A server that names no command means
 * this one.
 */
export function withProgress<R>(command: Command<R>, onProgress: (progress: Progress) => void): Command<R> {
  return around(command, (inner) => ({
    take(response, tag) {
      if (response.type !== 'status' || response.status !== 'OK') return false;
      const { code } = response;
      if (code?.name === 'ATOM' && code.code === 'INPROGRESS') {
        onProgress({ progress: undefined, goal: undefined });
        return true;
      }
      if (code?.name !== 'INPROGRESS' || (code.tag ?? tag) !== tag) return false;
      onProgress({ progress: code.progress, goal: code.goal });
      return true;
    },
    settle: (status) => inner.settle(status),
  }));
}

/**
 * The same command, also telling what FETCH responses say while it runs, whoever asked for them; they stay news. One message
 * may come in several.
 */
export function withMessages<R>(
  command: Command<R>,
  onMessage: (message: FetchedMessage) => void,
): Command<R> {
  return around(command, (inner) => ({
    take(response) {
      if (response.type === 'fetch') onMessage(response.message);
      return false;
    },
    settle: (status) => inner.settle(status),
  }));
}

interface Outer<S> {
  /** True: it was for this one, and the command inside is not told. */
  take(response: Untagged, tag: string): boolean;
  settle(status: StatusText): S;
}

function around<R, S>(command: Command<R>, outside: (inner: Collector<R>) => Outer<S>): Command<S> {
  return {
    ...command,
    collect() {
      const inner = command.collect();
      const outer = outside(inner);
      return {
        take: (response, tag) => outer.take(response, tag) || (inner.take?.(response, tag) ?? false),
        ...(inner.respond && { respond: (challenge: string) => inner.respond!(challenge) }),
        ...(inner.section && { section: (piece) => inner.section!(piece) }),
        settle: (status) => outer.settle(status),
      } satisfies Collector<S>;
    },
  };
}
