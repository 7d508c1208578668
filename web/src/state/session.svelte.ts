/** Who is signed in on this device, and the ways in and out. */
import type { SignInFailure } from './views.ts';

export type Phase = 'checking' | 'signed-out' | 'signed-in';

class Session {
  /** signed-in as soon as the store knows an account: cached mail opens without a network. */
  phase: Phase = $state('checking');
  user: string = $state('');
  address: string = $state('');
  /** The gateway does not know the session any more: mail stays readable, new mail needs signing in again. */
  expired: boolean = $state(false);
  /** Actions and drafts that signing out would lose. */
  unsent: number = $state(0);
  /** What the gateway offers to someone who only wants to look; undefined elsewhere. */
  demo: { readonly user: string; readonly password: string } | undefined = $state();

  /** Settles with the reason when it did not work. */
  async signIn(_user: string, _password: string): Promise<SignInFailure | undefined> {
    return 'offline';
  }

  /** Forgets everything on this device, in every tab, and opens the page anew. */
  async signOut(): Promise<void> {}
}

export const session = new Session();
