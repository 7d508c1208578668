// pnpm sim [--seeds N] [--seed S] [--jobs J] [--trace] [--whole]: random histories of engine, store and mail server under one virtual clock.
import { spawnSync } from 'node:child_process';
import { install, isInstalled } from './install.mjs';

if (!isInstalled()) await install();
const { bundleSim } = await import('./sim-bundle.mjs');
const bundle = await bundleSim('main');
const words = process.argv.slice(2).filter((word) => word !== '--');
const run = spawnSync(process.execPath, ['--enable-source-maps', bundle, ...words], { stdio: 'inherit' });
process.exitCode = run.status ?? 1;
