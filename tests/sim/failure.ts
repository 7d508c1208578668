/** What a history must not lead to. `what` names the kind: a shortened history has to fail in the same way. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly what: string;

  constructor(what: string, details: string) {
    super(`${what}: ${details}`);
    this.what = what;
  }
}

/** So much happened at one moment that it would never have come to an end. */
export class Restless extends Failure {
  constructor() {
    super('the engine does not rest', 'more than 100,000 steps at one moment');
  }
}
