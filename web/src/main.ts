import { mount } from 'svelte';
import App from './App.svelte';
import Unable from './screens/Unable.svelte';
import { lacking } from './lacking.ts';
import { speak } from './i18n/index.ts';
import { update } from './state/update.svelte.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

speak(document.documentElement);

const place = document.getElementById('app');
if (place === null) throw new Error('index.html has no #app');
const why = lacking(globalThis);
document.getElementById('loading')?.remove();
if (why) mount(Unable, { target: place, props: { why } });
else mount(App, { target: place });
// While Postern is being changed there is no service worker: it would show what was.
if (import.meta.env.PROD && !why) void update.watch();
