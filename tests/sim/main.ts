import { sim } from './sim.ts';

process.exitCode = await sim(process.argv.slice(2));
