import { main } from './fuzz.ts';

process.exitCode = main(process.argv.slice(2));
