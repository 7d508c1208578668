import { main } from './fuzz.ts';

process.exitCode = await main(process.argv.slice(2));
