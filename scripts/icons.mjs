/**
 * Draws the app's icons from its mark, web/public/icons/postern.svg, with Chromium. The pictures are committed: run
 * this only when the mark changes. `POSTERN_CHROMIUM` names another browser than /usr/bin/chromium.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../web/public/icons/', import.meta.url));
const mark = readFileSync(join(folder, 'postern.svg'), 'utf8');
const chromium = process.env['POSTERN_CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * `part`: how much of the picture the mark takes. A maskable icon may be cut to a circle of 80 % of its width, so the
 * mark stands well inside (https://www.w3.org/TR/appmanifest/#icon-masks).
 */
const icons = [
  { name: 'icon-192.png', size: 192, part: 0.92, ground: 'transparent' },
  { name: 'icon-512.png', size: 512, part: 0.92, ground: 'transparent' },
  { name: 'icon-maskable-512.png', size: 512, part: 0.58, ground: '#f2f6f7' },
  { name: 'apple-touch.png', size: 180, part: 0.7, ground: '#f2f6f7' },
];

const place = mkdtempSync(join(tmpdir(), 'postern-icons-'));
try {
  for (const { name, size, part, ground } of icons) {
    const page = join(place, 'icon.html');
    const inner = Math.round(size * part);
    writeFileSync(
      page,
      `<style>html,body{margin:0;background:${ground}}body{display:grid;place-items:center;height:${size}px}` +
        `svg{width:${inner}px;height:${inner}px;display:block}</style>${mark}`,
    );
    execFileSync(
      chromium,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        '--disable-background-networking',
        `--user-data-dir=${join(place, 'profile')}`,
        '--default-background-color=00000000',
        '--force-device-scale-factor=1',
        `--window-size=${size},${size}`,
        `--screenshot=${join(folder, name)}`,
        `file://${page}`,
      ],
      { stdio: 'ignore' },
    );
    console.log(`${name}  ${size} × ${size}`);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
