/** The time, as often as a list has to know it: "today" turns into a weekday by itself. */
import { createSubscriber } from 'svelte/reactivity';

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 60_000);
  return () => clearInterval(timer);
});

/** Milliseconds since 1970; read in a component, it is read again every minute. */
export function now(): number {
  subscribe();
  return Date.now();
}
