/**
 * `pnpm bench protocol`: FETCH responses into values, messages into text, transfer encodings into octets, each beside its peers
 * in one run; what 100,000 envelopes take; and how large the package is. Ratios, never absolute times, are the result.
 */
import { bundleFigures } from './bundle.ts';
import { codecFigures } from './codecs.ts';
import { fetchFigures } from './fetch/compared.ts';
import { envelopeFigures, runAlone } from './fetch/envelopes.ts';
import { report } from './figures.ts';
import { mimeFigures } from './mime.ts';

if (!(await runAlone(process.argv))) {
  const figures = [
    ...(await fetchFigures()),
    ...envelopeFigures(),
    ...(await mimeFigures()),
    ...(await codecFigures()),
    ...(await bundleFigures()),
  ];
  report('In Node; the least processor time of many runs in turn', figures, process.argv);
}
