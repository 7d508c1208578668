import { afterEach, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { ScriptedServer } from './scripted-server.ts';

const DAY = 24 * 3600_000;
let desk: Desk;

afterEach(() => desk.stop());

it('what is asked for every minute is asked for although the clock was set back by a day', async () => {
  const server = new ScriptedServer('INBOX', 'Other');
  server.add('Other', 'old');
  desk = new Desk(server);
  await desk.look();
  await desk.clock.pass(120_000);
  desk.clock.setBack(DAY);
  server.add('Other', 'new');
  await desk.clock.pass(150_000);
  expect(await desk.subjects('Other')).toEqual(['old', 'new']);
});

it('what the server refused rests no longer because the clock was set back', async () => {
  const server = new ScriptedServer('INBOX', 'Other');
  server.add('Other', 'old');
  let refuses = true;
  server.script = ({ name, args, tag }) =>
    refuses && name === 'SELECT' && args.includes('Other') ? `${tag} NO [INUSE] not now\r\n` : undefined;
  desk = new Desk(server);
  await desk.look();
  await desk.clock.pass(20_000);
  refuses = false;
  desk.clock.setBack(DAY);
  desk.wish({ mailbox: (await desk.mailbox('Other')).key });
  await desk.clock.pass(150_000);
  expect(await desk.subjects('Other')).toEqual(['old']);
});
