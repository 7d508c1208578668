/** How full the account is on its mail server, as the server last said. */
import { fullness, QUOTA_SETTING, quotaOf, settingQuery, TIGHT } from '@postern/protocol/sync';
import type { AccountQuota, Share } from '@postern/protocol/sync';
import { follow } from './device.ts';

class ServerQuota {
  #quota: AccountQuota | undefined = $state.raw();

  constructor() {
    follow(settingQuery<unknown>(QUOTA_SETTING), (value) => (this.#quota = quotaOf(value)));
  }

  /** Milliseconds since 1970: when the server said so; undefined: it has not, or sets no limit. */
  get at(): number | undefined {
    return this.#quota?.at;
  }
  /** In units of which the limit is a round number: servers count in powers of two. */
  get storage(): Share | undefined {
    const { storage } = this.#quota ?? {};
    return storage && inThousands(storage);
  }
  get messages(): Share | undefined {
    return this.#quota?.messages;
  }
  /** Of what is fullest; 1: full. */
  get share(): number {
    return this.#quota ? fullness(this.#quota) : 0;
  }
  /** undefined: there is room. */
  get state(): 'tight' | 'full' | undefined {
    if (this.share >= 1) return 'full';
    return this.share >= TIGHT ? 'tight' : undefined;
  }
}

/** 2 GiB read as 2 GB, and what is used of them as a part of those. */
export function inThousands({ used, limit }: Share): Share {
  const power = Math.min(4, Math.floor(Math.log2(limit) / 10));
  const unit = 1.024 ** Math.max(0, power);
  return { used: used / unit, limit: limit / unit };
}

export const quota = new ServerQuota();
