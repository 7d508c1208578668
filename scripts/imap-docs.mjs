// node scripts/imap-docs.mjs: writes docs/imap.md from packages/protocol/src/imap/extensions.ts. With --check it only says
// whether that has to be done.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { rolldown } from 'rolldown';
import { root } from './stamp.mjs';

const page = join(root, 'docs', 'imap.md');
const table = join(root, 'packages', 'protocol', 'src', 'imap', 'extensions.ts');

async function extensions() {
  const bundle = await rolldown({ input: table });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const code = Buffer.from(output[0].code).toString('base64');
  return (await import(`data:text/javascript;base64,${code}`)).EXTENSIONS;
}

const code = (words) => words.map((word) => `\`${word}\``).join(' ');

/** What speaks it, in a few lines of one cell. */
function spoken({
  exports = [],
  order = [],
  items = [],
  keys = [],
  status = [],
  responses = [],
  news = [],
  codes = [],
  atoms = [],
}) {
  const lines = [
    ['', [...exports, ...order]],
    ['FETCH ', items],
    ['SEARCH ', keys],
    ['STATUS ', status],
    ['responses ', responses],
    ['news ', news],
    ['codes ', [...new Set([...codes, ...atoms])]],
  ];
  return lines
    .filter(([, words]) => words.length > 0)
    .map(([kind, words]) => kind + code(words))
    .join('<br>');
}

function used({ used: uses = [], unused }) {
  if (uses.length === 0) return unused ? `library only: ${unused}` : 'library only';
  return uses
    .map(({ file, what }) => `${what} ([${file.replace(/^packages\/protocol\/src\//, '')}](../${file}))`)
    .join('<br>');
}

function row(extension) {
  const { capabilities, rfcs, title, without } = extension;
  const links = rfcs.map((rfc) => `[${rfc}](https://www.rfc-editor.org/rfc/rfc${rfc})`).join(', ');
  const cells = [title, code(capabilities), links, spoken(extension), used(extension), without];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const text = `# IMAP, extension by extension

<!-- Written by scripts/imap-docs.mjs from packages/protocol/src/imap/extensions.ts. -->

What \`@postern/protocol/imap\` speaks, where Postern uses it, and what is done on a server that lacks it. Commands say what
they say: one that the server does not have throws a UsageError before anything is sent. For what can be done in another way there is a
dialogue, which needs no look at the capabilities: \`appendAll\`, \`appendCatenated\`, \`replace\`, \`fetchBinary\`, \`fetchWindow\`,
\`searchMessages\`, \`searchThen\`, \`KeptSearch\`, \`listMailboxes\`, \`inSteps\`, \`enableOffered\`, and \`sortMessages\` and \`threadMessages\` of
\`@postern/protocol/order\`. Their answers with and without are held to be the same, before the embedded server
(\`tests/sync/with-or-without.test.ts\`) and real ones (\`tests/servers/with-or-without.test.ts\`).

| What | Capability | RFC | Spoken by | Used for | Without it |
| --- | --- | --- | --- | --- | --- |
${(await extensions()).map(row).join('\n')}
`;
const wanted = await format(text, { ...(await resolveConfig(page)), parser: 'markdown' });
let present = '';
try {
  present = readFileSync(page, 'utf8');
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}
if (process.argv.includes('--check')) {
  if (present !== wanted) {
    console.error('docs/imap.md is out of date: run node scripts/imap-docs.mjs');
    process.exitCode = 1;
  }
} else if (present !== wanted) {
  writeFileSync(page, wanted);
}
