import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Certificates made by openssl for this run: an authority of our own, and what a server may show. */
export interface Certificates {
  /** PEM file of the authority. */
  readonly caFile: string;
  /** For localhost and 127.0.0.1, by the authority. */
  readonly good: Certificate;
  /** By the authority, for another name. */
  readonly wrongName: Certificate;
  /** By the authority, until 2020. */
  readonly expired: Certificate;
  /** For localhost and 127.0.0.1, by itself. */
  readonly selfSigned: Certificate;
  remove(): void;
}

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'postern-certificates-'));
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const read = (name: string): Certificate => ({
    key: readFileSync(join(folder, `${name}.key`), 'utf8'),
    cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
  });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const local = 'DNS:localhost,IP:127.0.0.1';
  const selfSign = (name: string, ...more: string[]): void =>
    openssl(
      'req',
      '-x509',
      ...key,
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      ...more,
    );
  selfSign('ca', '-days', '2');
  selfSign('self', '-days', '2', '-addext', `subjectAltName=${local}`);
  writeFileSync(join(folder, 'index.txt'), '');
  writeFileSync(
    join(folder, 'ca.conf'),
    '[ca]\ndefault_ca=a\n[a]\nnew_certs_dir=.\ndatabase=index.txt\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n' +
      'copy_extensions=copy\nunique_subject=no\n[p]\ncommonName=supplied\n',
  );
  const issue = (name: string, names: string, from: string, to: string): Certificate => {
    openssl(
      'req',
      ...key,
      '-subj',
      `/CN=${name}`,
      '-addext',
      `subjectAltName=${names}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    );
    const dates = ['-startdate', from, '-enddate', to];
    openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      'ca.conf',
      '-cert',
      'ca.pem',
      '-keyfile',
      'ca.key',
      ...dates,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
    );
    return read(name);
  };
  return {
    caFile: join(folder, 'ca.pem'),
    good: issue('good', local, '20200101000000Z', '20490101000000Z'),
    wrongName: issue('wrong', 'DNS:mail.evil.example', '20200101000000Z', '20490101000000Z'),
    expired: issue('expired', local, '20190101000000Z', '20200101000000Z'),
    selfSigned: read('self'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
