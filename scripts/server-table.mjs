// A vitest reporter that prints the table server × feature of the conformance suite, and with POSTERN_SERVER_TABLE writes it
// into docs/servers.md.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './stamp.mjs';

/** Set to `write` by `pnpm test:servers --write`. */
export const tableVariable = 'POSTERN_SERVER_TABLE';

const conformance = /servers\/conformance-[a-z]+\.test\.ts$/;
const words = { passed: 'passed', failed: 'FAILED', skipped: 'absent' };
const serversOfTheTable = 4;

/** What a test says of its server's feature. */
function outcome(test) {
  const { state } = test.result();
  return state === 'passed' ? (test.meta().cell ?? words.passed) : (words[state] ?? state);
}

/** `{ name, version, cells: feature → outcome, reasons }` of each server, and `{ feature, group, rfc }` of each row. */
function collect(modules) {
  const servers = [];
  const rows = new Map();
  for (const module of modules) {
    if (!conformance.test(module.moduleId)) continue;
    for (const suite of module.children.suites()) {
      const tests = [...suite.children.tests()];
      const tried = tests.filter((test) => test.meta().group);
      for (const { name, ...test } of tried.map((each) => ({ name: each.name, ...each.meta() })))
        if (!rows.has(name)) rows.set(name, { feature: name, group: test.group, rfc: test.rfc });
      servers.push({
        name: suite.name,
        version: tried[0]?.meta().version,
        cells: new Map(tests.map((test) => [test.name, outcome(test)])),
        reasons: tried
          .filter((test) => test.meta().reason)
          .map((test) => `${suite.name}, ${test.name}: ${test.meta().reason}.`),
      });
    }
  }
  servers.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { servers, rows: [...rows.values()] };
}

const cell = ({ cells }, { feature }) => cells.get(feature) ?? words.skipped;
const heading = ({ name, version }) => `${name} ${version ?? ''}`.trim();

/** The first column as wide as its longest, all others alike. */
function format(table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((text, column) => text.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return table.map(line).join('\n');
}

export default class ServerTable {
  onTestRunEnd(modules) {
    const { servers, rows } = collect(modules);
    if (rows.length === 0) return;
    const table = rows.map((row) => [row.feature, ...servers.map((server) => cell(server, row))]);
    console.log(`\n${format([['', ...servers.map(heading)], ...table])}\n`);
    const reasons = servers.flatMap((server) => server.reasons);
    if (reasons.length > 0) console.log(`Differs:\n${reasons.map((reason) => `  ${reason}\n`).join('')}`);
    const never = table.filter(([, ...cells]) => !cells.includes(words.passed)).map(([feature]) => feature);
    if (never.length > 0) console.log(`Passed nowhere: ${never.join(', ')}.\n`);
    if (process.env[tableVariable] !== 'write') return;
    const complete =
      servers.length === serversOfTheTable && table.every((row) => row.every((text) => !isMissing(text)));
    if (complete) write(servers, rows, reasons);
    else console.log('docs/servers.md is left as it is: a server was absent, or a feature failed.\n');
  }
}

const isMissing = (text) => text === words.skipped || text === words.failed;

/** One table for each group of features. */
function write(servers, rows, reasons) {
  const file = join(root, 'docs', 'servers.md');
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  const groups = [...new Set(rows.map(({ group }) => group))].map((group) => {
    const own = rows.filter((row) => row.group === group);
    return [
      `## ${group}\n\n`,
      line(['', 'RFC', ...servers.map(heading)]),
      line(['---', '---', ...servers.map(() => '---')]),
      ...own.map((row) => line([row.feature, row.rfc, ...servers.map((server) => cell(server, row))])),
    ].join('');
  });
  const differences = `## Where a server differs\n\n${reasons.map((reason) => `- ${reason}\n`).join('')}`;
  const text = `<!-- table -->\n\n${[...groups, differences].join('\n')}\n<!-- /table -->`;
  const before = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    before.replace(/<!-- table -->[^]*<!-- \/table -->/, () => text),
  );
  spawnSync(join(root, 'node_modules/.bin/prettier'), ['--write', file], { cwd: root });
}
