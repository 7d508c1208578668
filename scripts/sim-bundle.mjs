import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './stamp.mjs';

/** Builds an entry of tests/sim into one file, and gives its path. */
export async function bundleSim(entry, name = entry, plugins = []) {
  const bundled = await rolldown({
    cwd: join(root, 'tests'),
    input: { [name]: `sim/${entry}.ts` },
    platform: 'node',
    logLevel: 'warn',
    plugins,
  });
  const output = join(root, 'node_modules/.cache/postern/sim');
  await bundled.write({ dir: output, format: 'esm', entryFileNames: '[name].mjs', sourcemap: true });
  await bundled.close();
  return join(output, `${name}.mjs`);
}
