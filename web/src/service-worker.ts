/**
 * Opens the app without a network: everything it consists of is kept, version by version. Mail never passes through here;
 * it is in IndexedDB, and the relays are WebSockets.
 */
export {};

declare const self: ServiceWorkerGlobalScope & {
  /** Filled in by the build: all files of the app. `revision` is null where the name holds a hash of the content. */
  readonly __WB_MANIFEST: readonly { readonly url: string; readonly revision: string | null }[];
};

const files = self.__WB_MANIFEST;
const paths: ReadonlySet<string> = new Set(files.map(({ url }) => `/${url}`));
const prefix = 'postern-shell-';
const version = digest(JSON.stringify(files));

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(forgetOldVersions()));
self.addEventListener('message', ({ data }) => {
  if ((data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const path = pathFor(event.request);
  if (path !== undefined) event.respondWith(answer(event.request, path));
});

/** All or nothing: a version that could not be kept whole is never used. */
async function install(): Promise<void> {
  const cache = await caches.open(prefix + (await version));
  await cache.addAll(
    files.map(
      ({ url, revision }) => new Request(`/${url}`, { cache: revision === null ? 'default' : 'no-cache' }),
    ),
  );
}

/** The version before this one stays: a tab that still shows it may yet load parts of it. */
async function forgetOldVersions(): Promise<void> {
  const own = prefix + (await version);
  const others = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== own);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

/** Which file answers the request; undefined: not our business. Whatever page of the app is opened, it is one document. */
function pathFor(request: Request): string | undefined {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return undefined;
  if (paths.has(pathname)) return pathname;
  if (request.mode === 'navigate' && pathname === '/') return '/index.html';
  // Of another version, wanted by a tab that is older than this worker.
  return pathname.startsWith('/assets/') ? pathname : undefined;
}

async function answer(request: Request, path: string): Promise<Response> {
  const current = await caches.open(prefix + (await version));
  const kept = (await current.match(path)) ?? (await caches.match(path));
  return kept ?? fetch(request);
}

async function digest(text: string): Promise<string> {
  const octets = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(octets).subarray(0, 8)]
    .map((octet) => octet.toString(16).padStart(2, '0'))
    .join('');
}
