import { mount } from 'svelte';
import App from './App.svelte';
import { speak } from './i18n/index.ts';
import { update } from './state/update.svelte.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

speak(document.documentElement);

const place = document.getElementById('app');
if (place === null) throw new Error('index.html has no #app');
mount(App, { target: place });
// While Postern is being changed there is no service worker: it would show what was.
if (import.meta.env.PROD) void update.watch();
