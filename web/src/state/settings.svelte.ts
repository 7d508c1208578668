/** What the person set, kept on this device. */
export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

class Settings {
  theme: Theme = $state('system');
  density: Density = $state('comfortable');
  /** CSS pixels. */
  listWidth: number = $state(400);
  /** Sidebar as a rail of icons. */
  rail: boolean = $state(false);
  /** Sender's name. */
  name: string = $state('');
  /** Addresses whose remote images are shown without asking, lower-case. */
  remoteSenders: readonly string[] = $state.raw([]);

  trusts(address: string): boolean {
    return this.remoteSenders.includes(address.toLowerCase());
  }
  trust(address: string, on: boolean): void {
    const others = this.remoteSenders.filter((trusted) => trusted !== address.toLowerCase());
    this.remoteSenders = on ? [...others, address.toLowerCase()] : others;
  }
}

export const settings = new Settings();
