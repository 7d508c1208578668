import { existsSync } from 'node:fs';

const executablePath = process.env['POSTERN_CHROMIUM'] ?? '/usr/bin/chromium';

/** Why no browser can be driven here; undefined when it can. */
export function chromiumMissing(): string | undefined {
  return existsSync(executablePath)
    ? undefined
    : 'Chromium is not installed (Debian: apt-get install chromium)';
}

/** How the tests start Chromium: as root too, and so that it sends nothing of its own accord. */
export const chromiumLaunch = {
  executablePath,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
