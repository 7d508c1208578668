/** For tests: a submission session whose server is the test. */
import { SubmissionSession } from '../smtp/index.ts';
import { TestClock, Wire } from './wire.ts';

export interface Lab {
  wire: Wire;
  clock: TestClock;
  session: SubmissionSession;
}

export function lab(greeting?: string): Lab {
  const wire = new Wire();
  const clock = new TestClock();
  const session = new SubmissionSession(wire, { clock, silenceLimit: 1000 });
  if (greeting !== undefined) wire.say(greeting);
  return { wire, clock, session };
}

/** Past EHLO, with these extensions. */
export async function greeted(...extensions: string[]): Promise<Lab> {
  const made = lab('220 ready');
  const done = made.session.hello();
  await made.wire.heard();
  const lines = ['mail.example.org', ...extensions];
  made.wire.say(...lines.map((line, index) => `250${index < lines.length - 1 ? '-' : ' '}${line}`));
  await done;
  return made;
}
