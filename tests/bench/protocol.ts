/**
 * `pnpm bench protocol`: FETCH responses into values, messages into text, transfer encodings into octets, each beside its peers;
 * what 100,000 envelopes take; and how large the package is. Each race runs in a process of its own, the contestants in turn.
 * Ratios, never absolute times, are the result. `--only TEXT`: the races whose name contains it; `--json FILE`: for programs.
 */
import { runEach } from './alone.ts';
import { bundleFigures } from './bundle.ts';
import { CODEC_RACES } from './codecs.ts';
import { FETCH_RACES } from './fetch/compared.ts';
import { ENVELOPE_RACES } from './fetch/envelopes.ts';
import { makeMaterial } from './fetch/material.ts';
import { report } from './figures.ts';
import { MIME_RACES } from './mime.ts';

const races = [
  ...FETCH_RACES,
  ...ENVELOPE_RACES,
  ...MIME_RACES,
  ...CODEC_RACES,
  { id: 'bundles', run: bundleFigures },
];
if (!process.argv.includes('--race')) await makeMaterial();
const figures = await runEach(races, process.argv);
report('In Node; the least processor time of many runs in turn', figures, process.argv);
