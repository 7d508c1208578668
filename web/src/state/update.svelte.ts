/** A newer Postern waits to be shown. */
class Update {
  available: boolean = $state(false);
  /** Opens the page anew with it. */
  apply(): void {}
}

export const update = new Update();
