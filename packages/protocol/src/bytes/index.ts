export * from './ascii.ts';
export * from './base64.ts';
export * from './byte-queue.ts';
export * from './modified-utf7.ts';
export * from './quoted-printable.ts';
