/** `pnpm bench growth`: how the time that hostile input costs grows with its size. The tests of MIME hold it to its limit. */
import { HOSTILE } from './growth/hostile.ts';
import { HOSTILE_IMAP } from './growth/hostile-imap.ts';
import { growthTable, measureGrowth } from './growth/measure.ts';

console.log(growthTable([...HOSTILE, ...HOSTILE_IMAP].map(measureGrowth)));
