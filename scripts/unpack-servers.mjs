// Unpacks Cyrus and Courier for the tests. As Debian packages they cannot stand beside Dovecot, so that nothing of them is
// installed: their files go into a folder of the project's cache, and the tests start copies of it from there.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './stamp.mjs';

const run = promisify(execFile);

/** Where each server is, once unpacked: `NAME/` with Debian's file tree, and `NAME/versions.json`. */
const serversFolder = join(root, 'node_modules', '.cache', 'postern', 'servers');

/** What is unpacked of each; libraries that the machine lacks come along. `closed`: it will run with no other files. */
const recipes = {
  cyrus: {
    packages: ['cyrus-imapd', 'cyrus-common', 'sasl2-bin', 'libsasl2-modules', 'libsasl2-modules-db'],
    closed: false,
  },
  courier: {
    packages: [
      ...['courier-imap', 'courier-base', 'courier-authdaemon', 'courier-authlib', 'courier-authlib-userdb'],
      'gamin',
    ],
    closed: true,
  },
};

/**
 * Unpacks what is not unpacked yet. Gives, by server, why it could not be: nothing where all is well. Never rejects: tests
 * without these servers are still worth running.
 */
export async function unpackServers() {
  const problems = {};
  for (const [name, recipe] of Object.entries(recipes)) {
    if (existsSync(join(serversFolder, name, 'versions.json'))) continue;
    if (!existsSync('/usr/bin/apt-get')) {
      problems[name] = 'it is taken from Debian’s packages, and this is no Debian (there is no apt-get)';
      continue;
    }
    console.log(`Unpacking ${name} …`);
    try {
      await unpack(name, recipe);
    } catch (error) {
      // apt repeats itself for every package.
      problems[name] = String(error.stderr || error.message)
        .trim()
        .split('\n', 1)[0];
    }
  }
  return problems;
}

async function unpack(name, { packages, closed }) {
  await mkdir(serversFolder, { recursive: true });
  const work = await mkdtemp(join(serversFolder, `.${name}-`));
  try {
    const debs = join(work, 'debs');
    const tree = join(work, 'tree');
    await mkdir(debs);
    await mkdir(tree);
    // The lists of packages may be missing, as in a fresh container, or be older than what the archive has.
    await download(packages, debs).catch(async () => {
      await run('apt-get', ['update', '-qq']);
      await download(packages, debs);
    });
    const files = await readdir(debs);
    for (const file of files) await run('dpkg-deb', ['-x', join(debs, file), tree]);
    await rm(join(tree, 'usr/share'), { recursive: true, force: true });
    await completeLibraries(tree, closed);
    const versions = Object.fromEntries(
      files.map((file) => file.split('_').slice(0, 2).map(decodeURIComponent)),
    );
    await writeFile(join(tree, 'versions.json'), `${JSON.stringify(versions, null, 2)}\n`);
    await rm(join(serversFolder, name), { recursive: true, force: true });
    await rename(tree, join(serversFolder, name));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download(packages, folder) {
  const simulated = await run('apt-get', ['install', '-s', '--no-install-recommends', ...packages]);
  const libraries = [...simulated.stdout.matchAll(/^Inst (lib\S+)/gm)]
    .map(([, library]) => library)
    .filter((library) => !library.endsWith('-dev') && !packages.includes(library));
  // The user that apt otherwise changes to cannot write here.
  const options = ['-qq', '-o', 'APT::Sandbox::User=root'];
  await run('apt-get', ['download', ...options, ...packages, ...libraries], { cwd: folder });
}

/** Says which libraries are missing; where the tree is to be closed, copies those that are the machine's into it. */
async function completeLibraries(tree, closed) {
  const found = await run('find', [
    join(tree, 'usr'),
    '-type',
    'f',
    '(',
    '-perm',
    '/111',
    '-o',
    '-name',
    '*.so*',
    ')',
  ]);
  const folders = await libraryFolders(tree);
  const environment = {
    ...process.env,
    LD_LIBRARY_PATH: folders.map((folder) => join(tree, folder)).join(':'),
  };
  const missing = new Set();
  const machine = new Set();
  for (const file of found.stdout.split('\n').filter(Boolean)) {
    // Scripts are no programs that ldd knows.
    const { stdout } = await run('ldd', [file], { env: environment }).catch(() => ({ stdout: '' }));
    for (const [, name] of stdout.matchAll(/^\s*(\S+) => not found/gm)) missing.add(name);
    for (const [, path] of stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm))
      if (!path.startsWith(tree)) machine.add(path);
  }
  // Optional modules may want a library of their own (another database, say); the servers never load them here.
  if (missing.size > 0) console.log(`  without ${[...missing].join(', ')}`);
  if (!closed) return;
  for (const path of machine) {
    const to = join(tree, path);
    if (existsSync(to)) continue;
    await mkdir(dirname(to), { recursive: true });
    await cp(path, to, { dereference: true });
  }
}

/** Folders of a file tree that hold shared libraries, relative to it; Debian has one by architecture. */
async function libraryFolders(tree) {
  const folders = [];
  for (const base of ['usr/lib', 'lib']) {
    const names = existsSync(join(tree, base)) ? await readdir(join(tree, base)) : [];
    const arch = names.filter((name) => name.includes('-linux-gnu'));
    folders.push(...arch.map((name) => `${base}/${name}`), base);
  }
  return folders;
}
