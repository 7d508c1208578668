import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

interface StaticFile {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  /** By content coding; `identity` is always there. */
  readonly bodies: ReadonlyMap<string, Buffer>;
}

const types: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.webp', 'image/webp'],
  ['.woff2', 'font/woff2'],
  ['.wasm', 'application/wasm'],
  ['.txt', 'text/plain; charset=utf-8'],
]);

/** Best first. */
const codings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** `name-HASH.ext` under assets/: the content of such a name never changes. */
const hashedName = /^\/assets\/.+-[\w-]{8,}\.\w+$/;

/**
 * The files of a built web app, read once and kept in memory (about 2 MB). A request is looked up among the names found
 * at the start and never reaches the file system: no path can lead anywhere else.
 */
export class StaticFiles {
  readonly #files: ReadonlyMap<string, StaticFile>;

  private constructor(files: ReadonlyMap<string, StaticFile>) {
    this.#files = files;
  }

  /** Dotfiles and types that the app does not consist of are left out. */
  static async read(root: string): Promise<StaticFiles> {
    const files = new Map<string, StaticFile>();
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      const type = types.get(extname(entry.name));
      const path = join(entry.parentPath, entry.name);
      const name = `/${relative(root, path).split(sep).join('/')}`;
      if (!entry.isFile() || type === undefined || name.includes('/.')) continue;
      const body = await readFile(path);
      const bodies = new Map([['identity', body]]);
      for (const [coding, suffix] of codings) {
        const packed = await readFile(path + suffix).catch(() => undefined);
        if (packed) bodies.set(coding, packed);
      }
      files.set(name, {
        type,
        etag: createHash('sha256').update(body).digest('base64url').slice(0, 22),
        cacheControl: hashedName.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
        bodies,
      });
    }
    return new StaticFiles(files);
  }

  /** Answers GET and HEAD for a known path; false: there is no such file. Headers set before stay. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    const file = this.#files.get(path === '/' ? '/index.html' : path);
    if (!file) return false;
    response.setHeader('Cache-Control', file.cacheControl);
    response.setHeader('Vary', 'Accept-Encoding');
    const accepted = acceptedCodings(request);
    const [coding] = codings.find(([name]) => accepted.has(name) && file.bodies.has(name)) ?? ['identity'];
    // Each coding is another representation (RFC 9110 §8.8.3.3).
    const etag = `"${file.etag}${coding === 'identity' ? '' : `-${coding}`}"`;
    response.setHeader('ETag', etag);
    const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (known?.includes(etag)) {
      response.writeHead(304).end();
      return true;
    }
    const body = file.bodies.get(coding) ?? Buffer.alloc(0);
    if (coding !== 'identity') response.setHeader('Content-Encoding', coding);
    response.setHeader('Content-Type', file.type);
    response.setHeader('Content-Length', body.length);
    response.writeHead(200).end(request.method === 'HEAD' ? undefined : body);
    return true;
  }
}

/** Codings the client takes; a weight of 0 is a refusal (RFC 9110 §12.5.3). */
function acceptedCodings(request: IncomingMessage): Set<string> {
  const header = request.headers['accept-encoding'];
  const entries = (Array.isArray(header) ? header.join(',') : (header ?? '')).toLowerCase().split(',');
  return new Set(
    entries
      .filter((entry) => !/;\s*q=0(?:\.0*)?\s*$/.test(entry))
      .map((entry) => entry.split(';')[0]!.trim()),
  );
}
