import { openBetween } from '../support/between.ts';

/** Where in a command the connection breaks. */
export type Where =
  /** The server gets nothing of it. */
  | 'unsent'
  /** The server gets half of it; of a message that is appended, half of the message. */
  | 'half'
  /** The server carries it out, and nothing of its answer arrives. */
  | 'unheard'
  /** Half of what the last of its answer came with arrives. */
  | 'half heard';

export const PLACES: readonly Where[] = ['unsent', 'half', 'unheard', 'half heard'];

export interface Cut {
  /** Its name, with UID where it has one. */
  readonly command: string;
  /** 0: the first of that name from now on. */
  readonly nth: number;
  readonly where: Where;
}

export interface CuttingProxy {
  readonly port: number;
  /** Names of the changing commands that went by since it was last emptied. */
  readonly commands: string[];
  /** The next connection that does this is cut, once; undefined when it was. */
  cut: Cut | undefined;
  close(): Promise<void>;
}

/** A command of the engine; the gateway's own, by which it signs in, have other tags. */
const COMMAND = /^(P\d+) ((?:UID )?[A-Z]+)[^\r\n]*\r\n/gm;
/** Those that change something on the server. */
const CHANGING =
  /^(UID STORE|UID COPY|UID MOVE|UID EXPUNGE|EXPUNGE|CLOSE|APPEND|CREATE|RENAME|DELETE|SUBSCRIBE|UNSUBSCRIBE)$/;

/** TCP in, TCP out, to a mail server; it reads the commands that go by, and breaks the connection in the midst of one. */
export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  const proxy: { cut: Cut | undefined; readonly commands: string[] } = { cut: undefined, commands: [] };
  const between = await openBetween(
    () => target,
    (near, far) => {
      const end = (): void => {
        near.destroy();
        far.destroy();
      };
      /** Octets that may still go up. */
      let left = Infinity;
      /** The answer to this tag is not to arrive whole. */
      let awaited: { readonly tag: string; readonly where: Where } | undefined;
      near.on('data', (data: Buffer) => {
        if (left === Infinity && !awaited) {
          for (const found of data.toString('latin1').matchAll(COMMAND)) {
            const [line, tag = '', command = ''] = found;
            if (CHANGING.test(command)) proxy.commands.push(command);
            const { cut } = proxy;
            if (cut?.command !== command) continue;
            proxy.cut = cut.nth > 0 ? { ...cut, nth: cut.nth - 1 } : undefined;
            if (cut.nth > 0) continue;
            const literal = Number(/\{(\d+)\+?\}\r\n$/.exec(line)?.[1] ?? 0);
            if (cut.where === 'unsent') left = found.index;
            else if (cut.where === 'half')
              left = found.index + (literal > 0 ? line.length + (literal >> 1) : line.length >> 1);
            else awaited = { tag, where: cut.where };
            break;
          }
        }
        const passed = data.subarray(0, Math.min(left, data.length));
        left -= passed.length;
        if (passed.length > 0) far.write(passed);
        // What it got has to be with the server before the connection breaks.
        if (left === 0) far.end(end);
      });
      far.on('data', (data: Buffer) => {
        if (!awaited) return void near.write(data);
        const text = data.toString('latin1');
        // It may come right behind the answer to the command before.
        if (/^\+/m.test(text)) near.write(data);
        if (!new RegExp(`^${awaited.tag} `, 'm').test(text)) return;
        if (awaited.where === 'half heard') near.end(data.subarray(0, data.length >> 1), end);
        else end();
      });
      near.on('end', end);
      far.on('end', end);
    },
  );
  return Object.assign(proxy, { port: between.port, close: () => between.cut() });
}
