/** Icons come from one library; this is the shape in which components hand them on. */
import type { Component } from 'svelte';
import type { LucideProps } from '@lucide/svelte';

export type Icon = Component<LucideProps>;
