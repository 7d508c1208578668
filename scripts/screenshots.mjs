// pnpm screenshots: draws the pictures of the README and the docs from the demonstration account, with Chromium.
// `POSTERN_CHROMIUM` names another browser than /usr/bin/chromium; `pnpm screenshots FOLDER` writes elsewhere.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { install, isInstalled, run } from './install.mjs';
import { root } from './stamp.mjs';

const executablePath = process.env.POSTERN_CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) {
  console.error(
    `The pictures are drawn with Chromium, and ${executablePath} is not there: install it (on Debian: apt-get install ` +
      'chromium fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji), or name it with POSTERN_CHROMIUM=/path/to/chromium.',
  );
  process.exit(1);
}
if (!isInstalled()) await install();
await run(process.execPath, [join(root, 'scripts/build.mjs')]);

const { chromium } = createRequire(join(root, 'tests/package.json'))('playwright-core');
const { demo, openServers } = await import('./servers.mjs');
const folder = resolve(process.argv[2] ?? join(root, 'docs/screenshots'));
mkdirSync(folder, { recursive: true });

const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const servers = await openServers({ POSTERN_LISTEN: '127.0.0.1:0' }, { webRoot: join(root, 'web/dist') });
const profiles = [];

/** A signed-in page with a profile of its own. */
async function open(viewport, colorScheme) {
  const profile = mkdtempSync(join(tmpdir(), 'postern-screenshots-'));
  profiles.push(profile);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    viewport,
    colorScheme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    deviceScaleFactor: viewport === phone ? 2 : 1,
    hasTouch: viewport === phone,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(servers.gateway.url);
  return { context, page };
}

async function signIn(page) {
  await page.getByLabel('Email address').fill(demo.user);
  await page.getByLabel('Password', { exact: true }).fill(demo.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('grid').getByRole('row').first().waitFor();
  // Previews arrive in the background, screenful by screenful.
  await page.waitForFunction(() => {
    const rows = [...document.querySelectorAll('[role=row]')];
    return rows.length > 5 && rows.filter((row) => row.textContent.length > 60).length > rows.length / 2;
  });
}

async function shoot(page, name) {
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`drew ${name}.png`);
}

try {
  for (const scheme of ['light', 'dark']) {
    const { context, page } = await open(wide, scheme);
    if (scheme === 'light') await shoot(page, 'sign-in');
    await signIn(page);
    await page.keyboard.press('j');
    await page.getByRole('row').filter({ hasText: 'Ferry & Foreshore' }).first().click();
    await page.frameLocator('iframe').locator('body').first().waitFor();
    await page.waitForTimeout(800);
    await shoot(page, `reading-${scheme}`);
    await page.keyboard.press('r');
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await page.waitForTimeout(500);
    await shoot(page, `writing-${scheme}`);
    await context.close();
  }
  const { context, page } = await open(phone, 'light');
  await signIn(page);
  await shoot(page, 'phone-list');
  await page.getByRole('row').nth(2).click();
  await page.getByRole('main').getByRole('heading').first().waitFor();
  await page.waitForTimeout(400);
  await shoot(page, 'phone-message');
  await context.close();
} finally {
  await servers.close();
  for (const profile of profiles) rmSync(profile, { recursive: true, force: true });
}
