/** How much room there is: three panes, two and a rail, or one. */
import { MediaQuery } from 'svelte/reactivity';

const wide = new MediaQuery('min-width: 1100px');
const phone = new MediaQuery('max-width: 719.98px');

export const layout = {
  get wide(): boolean {
    return wide.current;
  },
  get phone(): boolean {
    return phone.current;
  },
};
