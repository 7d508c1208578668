import { afterAll, beforeAll } from 'vitest';
import type { Gateway } from '@postern/gateway';
import type { Command } from '@postern/protocol/imap';
import { Device } from '../support/device.ts';
import { runElsewhere } from '../support/direct.ts';
import type { MailPlace } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

/** A server, a gateway in front of it, and the first person's device with INBOX on its screen: there while the tests run. */
export class Visit<Place extends MailPlace> {
  #place: Place | undefined;
  #gateway: Gateway | undefined;
  #device: Device | undefined;

  /** Within a `describe`: before its tests the server is started and `begin` puts into it what is to be there, after them all ends. */
  constructor(start: () => Promise<Place>, begin: (place: Place) => Promise<void>) {
    beforeAll(async () => {
      this.#place = await start();
      this.#gateway = await openGateway(this.#place);
      await begin(this.#place);
      this.#device = await Device.open(this.#gateway, this.#place.users[0]);
      this.#device.wish({ mailbox: (await this.#device.mailbox('inbox')).key });
    }, 60_000);
    afterAll(async () => {
      await this.#device?.stop();
      await this.#gateway?.close();
      await this.#place?.close();
    });
  }

  get place(): Place {
    return this.#place!;
  }

  get gateway(): Gateway {
    return this.#gateway!;
  }

  get device(): Device {
    return this.#device!;
  }

  /** What another client of the same person does; what came of each command. */
  elsewhere(...commands: readonly Command<unknown>[]): Promise<unknown[]> {
    return runElsewhere(this.place.imap, this.place.users[0], ...commands);
  }

  /** A device of that person's, the first one's if nothing else is said, that has never seen this account. */
  async fresh<T>(use: (device: Device) => Promise<T>, person = this.place.users[0]): Promise<T> {
    const device = await Device.open(this.gateway, person);
    try {
      return await use(device);
    } finally {
      await device.stop();
    }
  }
}
