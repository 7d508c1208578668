// Opens the built servers: the gateway, and behind it the mail server that POSTERN_IMAP names, or the embedded one.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './stamp.mjs';

const load = (path) => import(pathToFileURL(join(root, path)).href);

/** Ports of the embedded mail server when they are free, so that a session survives a restart. */
const imapPort = 11143;
const submissionPort = 11587;
/** Who may look around, and how. */
export const demo = { user: 'ada@postern.example', password: 'postern' };
/** Ports tried from 8080 on when none was configured. */
const tries = 20;

async function startMailServer() {
  const { demoAccounts, startMailServer: start } = await load('packages/mailserver/dist/index.js');
  const accounts = demoAccounts({ now: Date.now() });
  return start({ accounts, imapPort, submissionPort }).catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return start({ accounts });
  });
}

/**
 * Gives the gateway, whether it is a demonstration, and `close(milliseconds to drain)`. Rejects with an error named
 * ConfigurationError when a setting cannot be used; its message is for the person who set it.
 */
export async function openServers(settings, options = {}) {
  const { ConfigurationError, readConfiguration, startGateway } = await load('gateway/dist/index.js');
  const demonstration = !settings.POSTERN_IMAP?.trim();
  // Before anything is started: a wrong setting should cost nothing.
  const configure = (imap, submission) =>
    readConfiguration(
      demonstration
        ? {
            ...settings,
            POSTERN_IMAP: `imap://127.0.0.1:${imap}`,
            POSTERN_SUBMISSION: `submission://127.0.0.1:${submission}`,
          }
        : settings,
    );
  let config = configure(imapPort, submissionPort);
  let mailServer;
  if (demonstration) {
    mailServer = await startMailServer();
    config = configure(mailServer.imap.port, mailServer.submission.port);
  }
  const trial = demonstration ? { demo, log: () => {} } : {};
  for (let port = config.listen.port; ; port += 1) {
    const listen = { ...config.listen, port };
    try {
      const gateway = await startGateway({ ...config, ...trial, ...options, listen });
      const close = async (drain = 0) => {
        await gateway.close(drain);
        await mailServer?.close();
      };
      return { gateway, demonstration, close };
    } catch (error) {
      const busy = error.code === 'EADDRINUSE';
      if (busy && !settings.POSTERN_LISTEN && port < config.listen.port + tries) continue;
      await mailServer?.close();
      if (!busy && error.code !== 'EACCES' && error.code !== 'EADDRNOTAVAIL') throw error;
      const reason = busy ? 'another program is using it' : `the system says ${error.code}`;
      throw new ConfigurationError(
        `POSTERN_LISTEN=${listen.host}:${port} cannot be listened on, because ${reason}: choose another port, for example POSTERN_LISTEN=127.0.0.1:8090.`,
      );
    }
  }
}
