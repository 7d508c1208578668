import { brokenText, disagreement, unlike } from './agreement.ts';
import { WorldClock } from './clock.ts';
import type { Device } from './device.ts';
import { Failure } from './failure.ts';
import type { History } from './history.ts';
import { restricted, WAYS } from './profiles.ts';
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
/** How long it may take with nobody looking: all is asked for every 15 minutes, a mailbox that was refused is left alone as long. */
const POLLED = 60 * MINUTE;
/** How long a person looks into a mailbox. */
const LOOK = 10_000;
/** Commands of one device in a minute in which nothing happens: polling, by two connections. */
const MOST_COMMANDS = 50;

/** Runs a history to its end and judges it. Rejects with nothing: what goes wrong is the outcome. */
export async function run(history: History, read?: (line: string) => void): Promise<Outcome> {
  const clock = new WorldClock();
  const trace = new Trace(clock, read);
  const world = new World(history, clock, trace);
  let failure: Failure | undefined;
  const unheard = (error: unknown): void => void world.bugs.push(error);
  process.on('unhandledRejection', unheard);
  try {
    await play(world);
    await heal(world);
    await judge(world);
    await rest(world);
    await comeBack(world);
  } catch (error) {
    failure = error instanceof Failure ? error : new Failure('the simulation broke', stackOf(error));
  } finally {
    process.off('unhandledRejection', unheard);
  }
  trace.note(failure?.message ?? 'good');
  return { failure, digest: trace.digest(), commands: world.commands };
}

async function play(world: World): Promise<void> {
  for (let i = 0; i < world.history.devices; i++) await world.addDevice(`d${i + 1}`);
  const { second } = world.history;
  if (second?.how === 'account') await world.addDevice('there', second.profile, 'second');
  await world.clock.pass(10_000);
  world.devices[0]!.disk.remember();
  for (const step of world.history.steps) await world.step(step);
}

/** Nothing goes wrong any more: what is left is done, and all agree. */
async function heal(world: World): Promise<void> {
  world.heal();
  await unattended(world);
  await visitAll(world, world.devices);
  for (let passed = 0; ; passed += 2 * MINUTE) {
    await world.clock.pass(passed === 0 ? MINUTE : 2 * MINUTE);
    if (world.bugs.length > 0) return;
    const open = await unsettled(world);
    const different = open ?? (await anyDisagreement(world, world.devices));
    if (different === undefined) return;
    // What was done since the last look is seen at the next.
    if (!open) await visitAll(world, world.devices);
    if (passed < LONGEST) continue;
    throw new Failure(open ? 'an action never ends' : 'store and server do not agree', different);
  }
}

/**
 * What the server tells, or is asked for now and then, comes without anybody looking for it; save what had to make room, which comes
 * when somebody does.
 */
async function unattended(world: World): Promise<void> {
  if (world.history.steps.some(({ kind }) => kind === 'fill')) return world.clock.pass(MINUTE);
  let different: string | undefined;
  for (let passed = 0; passed < POLLED; passed += MINUTE) {
    await world.clock.pass(MINUTE);
    if (world.bugs.length > 0) return;
    different = (await unsettled(world)) ?? (await anyDisagreement(world, world.devices, true));
    if (different === undefined) return;
  }
  throw new Failure('what is new does not come by itself', different ?? '');
}

/** Looks into every mailbox, as a person would: a server without mod-sequences tells of flags only there. */
async function visitAll(world: World, devices: readonly Device[]): Promise<void> {
  const mailboxes = await Promise.all(devices.map((device) => device.mailboxes()));
  for (let i = 0; mailboxes.some(({ length }) => i < length); i++) {
    for (const [which, device] of devices.entries()) {
      const mailbox = mailboxes[which]?.[i];
      if (mailbox) device.wish({ mailbox: mailbox.key });
    }
    await world.clock.pass(LOOK);
  }
}

async function anyDisagreement(
  world: World,
  devices: readonly Device[],
  unseen = false,
): Promise<string | undefined> {
  for (const device of devices) {
    const different = await disagreement(world, device, unseen);
    if (different) return different;
  }
  return undefined;
}

/** With nothing to do, hardly anything is done. */
async function rest(world: World): Promise<void> {
  const minutes = world.history.seed % 16 === 0 ? 60 : 4;
  const before = world.commands;
  await world.clock.pass(minutes * MINUTE);
  const commands = world.commands - before;
  if (commands > MOST_COMMANDS * minutes * world.devices.length)
    throw new Failure(
      'the engine does not rest',
      `${commands} commands in ${minutes} minutes in which nothing happened`,
    );
  const different = await anyDisagreement(world, world.devices);
  if (different) throw new Failure('store and server do not agree', `${minutes} minutes later: ${different}`);
  for (const device of world.devices) await world.stop(device);
}

/**
 * A device that was away all the while comes to hold the same, by whichever way it catches up, and so does one that begins anew:
 * of one history in eight all of them, of the others one or the other.
 */
async function comeBack(world: World): Promise<void> {
  const { profile, seed } = world.history;
  const turn = Math.floor(seed / WAYS.length) % WAYS.length;
  const ways = seed % 8 === 0 ? WAYS : seed % 3 === 0 ? [] : [WAYS[turn]!];
  for (const way of ways) {
    const disk = await world.devices[0]!.disk.asRemembered();
    const device = world.addDeviceWith(disk, `away ${way}`, restricted(profile, way));
    await world.clock.pass(20_000);
    await visitAll(world, [device]);
    await comesToAgree(world, device);
  }
  if (ways.length === 1) return;
  const way = WAYS[turn]!;
  await comesToAgree(world, await world.addDevice(`fresh ${way}`, restricted(profile, way)));
}

async function comesToAgree(world: World, device: Device): Promise<void> {
  let different: string | undefined;
  for (let passed = 0; passed < 60 * MINUTE; passed += MINUTE) {
    different = await disagreement(world, device);
    if (different === undefined) break;
    await world.clock.pass(MINUTE);
  }
  if (different) throw new Failure('a device that was not there does not come to agree', different);
  await world.stop(device);
  if (world.bugs.length + world.wrongs.length > 0) await judge(world);
  const unalike = await unlike(world, world.devices[0]!, device);
  if (unalike) throw new Failure('two devices do not have the same', unalike);
  const text = await brokenText(world, device);
  if (text) throw new Failure('a text is not what was written', text);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
