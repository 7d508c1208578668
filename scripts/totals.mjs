// A vitest reporter that writes down the totals, and what was skipped and why, for scripts/test.mjs.
import { writeFileSync } from 'node:fs';

/** Where to write; a reporter named on the command line takes no options. */
export const totalsVariable = 'POSTERN_TEST_TOTALS';

export default class Totals {
  onTestRunEnd(modules, errors) {
    const totals = { passed: 0, failed: errors.length, skipped: [] };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const { state, note } = test.result();
        if (state === 'passed') totals.passed += 1;
        else if (state === 'failed') totals.failed += 1;
        else totals.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, why: note ?? '' });
      }
      // A file that could not even be loaded has no test that could fail.
      if (module.state() === 'failed' && !tests.some((test) => test.result().state === 'failed'))
        totals.failed += 1;
    }
    writeFileSync(process.env[totalsVariable], JSON.stringify(totals));
  }
}
