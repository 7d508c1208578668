// The servers that pnpm dev restarts: the embedded mail server, unless POSTERN_IMAP is set, and the gateway.
import { openServers } from './servers.mjs';

const servers = await openServers(process.env);
process.on('SIGINT', () => void servers.close().then(() => process.exit(0)));
process.on('SIGTERM', () => void servers.close().then(() => process.exit(0)));
