import { fileURLToPath } from 'node:url';
import { ConfigurationError, readConfiguration, startGateway } from './index.ts';

/** Milliseconds that a stopping gateway gives its browsers to move elsewhere. */
const drain = 30_000;

async function main(): Promise<void> {
  const config = readConfiguration(process.env);
  const webRoot = fileURLToPath(new URL('../../web/dist', import.meta.url));
  const gateway = await startGateway({ ...config, webRoot });
  let stopping = false;
  const stop = (patience: number): void => {
    if (stopping) process.exit(0);
    stopping = true;
    void gateway.close(patience).then(() => process.exit(0));
  };
  process.on('SIGTERM', () => stop(drain));
  process.on('SIGINT', () => stop(0));
}

function explain(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  const listen = process.env['POSTERN_LISTEN'] ?? '127.0.0.1:8080';
  if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return (
      `POSTERN_LISTEN=${listen} cannot be listened on (${code}): choose another address or port, for example ` +
      'POSTERN_LISTEN=127.0.0.1:8081.'
    );
  if (code === 'ENOENT')
    return `The web app is not built (${path} is missing): run \`npx -y pnpm@12 start\`.`;
  return `Postern could not start: ${code ?? (error instanceof Error ? error.message : 'unknown reason')}.`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
