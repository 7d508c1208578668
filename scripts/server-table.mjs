// A vitest reporter that prints the table server × feature of the conformance suite, and with POSTERN_SERVER_TABLE writes it
// into docs/servers.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './stamp.mjs';

/** Set to `write` by `pnpm test:servers --write`. */
export const tableVariable = 'POSTERN_SERVER_TABLE';

const conformance = /servers\/conformance-[a-z]+\.test\.ts$/;
const words = { passed: 'passed', failed: 'FAILED', skipped: 'absent' };

/** What a test says of its server's feature. */
function outcome(test) {
  const { state } = test.result();
  return state === 'passed' ? (test.meta().cell ?? words.passed) : (words[state] ?? state);
}

function collect(modules) {
  const servers = new Map();
  for (const module of modules) {
    if (!conformance.test(module.moduleId)) continue;
    for (const suite of module.children.suites()) {
      const tests = [...suite.children.allTests()];
      const cells = new Map(tests.map((test) => [test.name, outcome(test)]));
      const version = tests.map((test) => test.meta().version).find(Boolean) ?? '';
      const reasons = tests
        .filter((test) => test.meta().reason)
        .map((test) => `${suite.name}, ${test.name}: ${test.meta().reason}.`);
      servers.set(suite.name, { version, cells, reasons });
    }
  }
  return servers;
}

/** The first column as wide as its longest, all others alike. */
function format(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export default class ServerTable {
  onTestRunEnd(modules) {
    const servers = collect(modules);
    if (servers.size === 0) return;
    const names = [...servers.keys()].toSorted();
    const features = [...new Set(names.flatMap((name) => [...servers.get(name).cells.keys()]))];
    const cell = (name, feature) => servers.get(name).cells.get(feature) ?? words.skipped;
    const rows = features
      .filter((feature) => names.some((name) => cell(name, feature) !== words.skipped))
      .map((feature) => [feature, ...names.map((name) => cell(name, feature))]);
    const head = ['', ...names.map((name) => `${name} ${servers.get(name).version}`.trim())];
    const reasons = names.flatMap((name) => servers.get(name).reasons);
    console.log(`\n${format([head, ...rows])}\n`);
    if (reasons.length > 0) console.log(`Differs:\n${reasons.map((reason) => `  ${reason}\n`).join('')}`);
    const never = rows.filter(([, ...cells]) => !cells.includes(words.passed)).map(([feature]) => feature);
    if (never.length > 0) console.log(`Passed nowhere: ${never.join(', ')}.\n`);
    if (process.env[tableVariable] !== 'write') return;
    const all =
      names.length === 4 && !names.some((name) => servers.get(name).version === '' && name !== 'Embedded');
    if (!all) return console.log('docs/servers.md is left as it is: not every server was there.\n');
    write(head, rows, reasons);
  }
}

function write([, ...names], rows, reasons) {
  const file = join(root, 'docs', 'servers.md');
  const before = readFileSync(file, 'utf8');
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const table = [line(['', ...names]), line(['---', ...names.map(() => '---')]), ...rows.map(line)].join(
    '\n',
  );
  writeFileSync(
    file,
    before.replace(
      /<!-- table -->[^]*<!-- \/table -->/,
      () =>
        `<!-- table -->\n\n${table}\n\nWhere a server differs:\n\n${reasons.map((reason) => `- ${reason}\n`).join('')}\n<!-- /table -->`,
    ),
  );
}
