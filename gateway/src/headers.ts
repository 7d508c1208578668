/**
 * The Trusted Types policies the app may make; the browser refuses any other. `postern-worker` vouches for the URLs of its
 * own two scripts; Svelte's compiled templates bring theirs. DOMPurify works in the mail frame, where no script runs,
 * and needs none here.
 */
const trustedTypesPolicies = ['postern-worker', 'svelte-trusted-html'];

/** The app: nothing but its own files, no inline script or style, no string becomes markup unless a policy made it. */
const appPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "frame-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  `trusted-types ${trustedTypesPolicies.join(' ')}`,
].join('; ');

/** A blank document that HTML mail is shown in: no script whatever the markup says, no request but for `images`. */
function framePolicy(images: string): string {
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `img-src ${images}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    // A link that the app did not catch opens a page of its own, with no way back; scripts stay out.
    'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
  ].join('; ');
}

/** Paths of the mail frames; web/public/frame holds the documents. */
const framePolicies: ReadonlyMap<string, string> = new Map([
  ['/frame/mail.html', framePolicy('blob: data:')],
  ['/frame/mail-remote.html', framePolicy('blob: data: https:')],
]);

/** What the app never asks for. */
const permissionsPolicy = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

/** A year, in seconds. */
const transportSecurity = 'max-age=31536000';

/** Headers of every answer, whatever its status. `https`: a public origin is https, so browsers may insist on it. */
export function securityHeaders(path: string, https: boolean): Record<string, string> {
  return {
    'Content-Security-Policy': framePolicies.get(path) ?? appPolicy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': permissionsPolicy,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    ...(https ? { 'Strict-Transport-Security': transportSecurity } : {}),
  };
}
