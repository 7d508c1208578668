import type { Profile } from '@postern/mailserver';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';
import { ServerWithoutSockets } from './without-sockets.ts';

/** A device before a server of its own, under one clock; `furnish`: what there is before the device sees it. */
export function deskBefore(
  profile: Profile,
  furnish: (server: ServerWithoutSockets) => void,
): { readonly desk: Desk; readonly server: ServerWithoutSockets } {
  const clock = { now: () => Date.now() };
  const server = new ServerWithoutSockets(profile, () => clock.now());
  furnish(server);
  const desk: Desk = new Desk(new ScriptedServer(), {
    connect: async (service) => {
      await new Promise((resolve) => setImmediate(resolve));
      return service === 'imap' ? server.connect() : desk.submission();
    },
    onBug: (error) => desk.bugs.push(error),
  });
  clock.now = () => desk.clock.now();
  return { desk, server };
}
