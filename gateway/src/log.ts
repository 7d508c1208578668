/**
 * One thing that happened. Never a payload, a password, a subject, or a server's own words.
 * A refusal is `{ ev: 'deny', ip, why }`, so that fail2ban matches with one line.
 */
export interface LogEntry {
  readonly ev: 'start' | 'stop' | 'drain' | 'open' | 'close' | 'sign-in' | 'sign-out' | 'deny' | 'error';
  readonly [field: string]: string | number | boolean | undefined;
}

export type Log = (entry: LogEntry) => void;

/** One JSON object a line, on standard output. */
export const logToStdout: Log = (entry) => {
  process.stdout.write(`${JSON.stringify({ t: new Date().toISOString(), ...entry })}\n`);
};
