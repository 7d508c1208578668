import { disagreement } from './agreement.ts';
import { WorldClock } from './clock.ts';
import type { Device } from './device.ts';
import { Failure } from './failure.ts';
import type { History } from './history.ts';
import { restricted } from './profiles.ts';
import { Trace } from './trace.ts';
import { judge, unsettled } from './verdict.ts';
import { World } from './world.ts';

export interface Outcome {
  readonly failure: Failure | undefined;
  /** The same for every run of the same history. */
  readonly digest: string;
  readonly commands: number;
}

const MINUTE = 60_000;
/** How long a device may take, when all is well, to do what is left and to agree with the server. */
const LONGEST = 6 * 60 * MINUTE;
/** Commands of one device in an hour in which nothing happens: polling every minute, by two connections. */
const MOST_COMMANDS = 3000;

/** Runs a history to its end and judges it. Rejects with nothing: what goes wrong is the outcome. */
export async function run(history: History, read?: (line: string) => void): Promise<Outcome> {
  const clock = new WorldClock();
  const trace = new Trace(clock, read);
  const world = new World(history, clock, trace);
  let failure: Failure | undefined;
  try {
    await play(world);
    await heal(world);
    await judge(world);
    await rest(world);
    await fresh(world);
  } catch (error) {
    failure = error instanceof Failure ? error : new Failure('the simulation broke', stackOf(error));
  }
  trace.note(failure?.message ?? 'good');
  return { failure, digest: trace.digest(), commands: world.server.commands };
}

async function play(world: World): Promise<void> {
  for (let i = 0; i < world.history.devices; i++) await world.addDevice(`d${i + 1}`);
  await world.clock.pass(10_000);
  for (const step of world.history.steps) await world.step(step);
}

/** Nothing goes wrong any more: what is left is done, and all agree. */
async function heal(world: World): Promise<void> {
  world.heal();
  for (const device of world.devices) await visitAll(world, device);
  for (let passed = 0; ; passed += 5 * MINUTE) {
    await world.clock.pass(5 * MINUTE);
    if (world.bugs.length > 0) return;
    const open = await unsettled(world);
    const different = open ?? (await anyDisagreement(world, world.devices));
    if (different === undefined) return;
    if (passed < LONGEST) continue;
    throw new Failure(open ? 'an action never ends' : 'store and server do not agree', different);
  }
}

/** Looks into every mailbox, as a person would: a server without mod-sequences tells of flags only there. */
async function visitAll(world: World, device: Device): Promise<void> {
  await world.clock.pass(2 * MINUTE);
  for (const { key } of await device.mailboxes()) {
    device.wish({ mailbox: key });
    await world.clock.pass(MINUTE);
  }
}

async function anyDisagreement(world: World, devices: readonly Device[]): Promise<string | undefined> {
  for (const device of devices) {
    const different = await disagreement(world, device);
    if (different) return different;
  }
  return undefined;
}

/** With nothing to do, hardly anything is done. */
async function rest(world: World): Promise<void> {
  const before = world.server.commands;
  await world.clock.pass(60 * MINUTE);
  const commands = world.server.commands - before;
  if (commands > MOST_COMMANDS * world.devices.length)
    throw new Failure(
      'the engine does not rest',
      `${commands} commands in an hour in which nothing happened`,
    );
  const different = await anyDisagreement(world, world.devices);
  if (different) throw new Failure('store and server do not agree', `an hour later: ${different}`);
  for (const device of world.devices) await world.stop(device);
}

/** A device that begins anew holds the same, by whichever way it catches up. */
async function fresh(world: World): Promise<void> {
  for (const way of ['QRESYNC', 'CONDSTORE', 'plain'] as const) {
    const device = await world.addDevice(`fresh ${way}`, restricted(world.history.profile, way));
    let different: string | undefined;
    for (let passed = 0; passed < 60 * MINUTE; passed += MINUTE) {
      await world.clock.pass(MINUTE);
      different = await disagreement(world, device);
      if (different === undefined) break;
    }
    if (different) throw new Failure('a fresh device does not agree', different);
    if (world.bugs.length > 0) return judge(world);
    await world.stop(device);
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
