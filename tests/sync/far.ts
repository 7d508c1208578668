import type { Clock, Transport } from '@postern/protocol/port';

/** A transport whose octets are on their way for `latency` milliseconds, each way; any number of them at once. */
export function far(transport: Transport, clock: Clock, latency: number): Transport {
  const arriving: Promise<Uint8Array | undefined>[] = [];
  let wake = (): void => undefined;
  const arrive = (chunk: Promise<Uint8Array | undefined>): void => {
    arriving.push(clock.sleep(latency).then(() => chunk));
    wake();
  };
  const receive = async (): Promise<undefined> => {
    for await (const chunk of transport.bytes) arrive(Promise.resolve(chunk));
    return undefined;
  };
  // The end, or what broke it, arrives behind all that came before.
  void receive().then(
    (end) => arrive(Promise.resolve(end)),
    (error: unknown) => arrive(Promise.resolve().then(() => Promise.reject(error as Error))),
  );
  let sent: Promise<void> = Promise.resolve();
  return {
    bytes: (async function* () {
      for (;;) {
        while (arriving.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const chunk = await arriving.shift();
        if (!chunk) return;
        yield chunk;
      }
    })(),
    write(bytes) {
      const there = clock.sleep(latency);
      const before = sent;
      // What is cut on its way shows in what comes back.
      sent = there
        .then(() => before)
        .then(() => transport.write(bytes))
        .catch(() => undefined);
      return Promise.resolve();
    },
    close: () => transport.close(),
  };
}
