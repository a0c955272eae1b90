import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { complete } from '@yujing/schemas';
import { systemDisk, type Disk } from '../broker/embedded/disk.ts';
import { openEmbedded } from '../broker/embedded/open.ts';
import { systemClock } from '../clock/clock.ts';
import { createLocalCodec } from '../codec/index.ts';
import { Lockstep } from './lockstep.ts';
import { DONE, type Stage } from './stage.ts';

const codec = createLocalCodec();

/** Hands every tick on, numbered per key. */
const COUNTING: Stage<{ n: number }, object> = {
  name: 'profile',
  reads: 'feed',
  writes: { Tick: 'encounter' },
  behaviour: 1,
  adopts: [],
  commitFirst: true,
  codec: {
    empty: () => ({ n: 0 }),
    encode: ({ n }) => Uint8Array.of(n),
    decode: (bytes) => ({ n: bytes[0] ?? 0 }),
  },
  partitionState: () => ({}),
  prepare: async () => undefined,
  handle(context, record) {
    const counted = context.entity(record.key);
    context.emit('Tick', record.key, complete('Tick', { door: 'd', time: ++counted.n, origin: 0 }));
    return DONE;
  },
};

test('a full disk holds the path up and loses nothing: it goes on by itself when there is room', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-full-'));
  let full = false;
  const disk: Disk = {
    ...systemDisk,
    async open(path) {
      const file = await systemDisk.open(path);
      return {
        ...file,
        write: (buffers, position) =>
          full
            ? Promise.reject(Object.assign(new Error('no room'), { code: 'ENOSPC' }))
            : file.write(buffers, position),
      };
    },
  };
  const clock = systemClock();
  const engine = await openEmbedded({ folder, fsync: false, now: () => clock.now(), disk });
  let ids = 0;
  const path = new Lockstep({
    engine,
    stages: [COUNTING],
    codec,
    documents: { get: () => Promise.reject(new Error('no documents')) },
    heads: { head: () => undefined },
    deadLetters: { put: async () => {} },
    clock,
    mode: 'wall',
    newId: () => `${++ids}`,
  });
  try {
    await path.start();
    const running = path.run();
    const send = (): Promise<unknown> =>
      engine.outside.append(
        'feed',
        new Map([
          [0, [{ key: 'a', bytes: codec.encode('Tick', complete('Tick', { door: 'd', time: 1, origin: -1 })) }]],
        ]),
      );
    await send();
    await path.drain();
    full = true;
    const refused = await send().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'no_space', retriable: true });
    setTimeout(() => (full = false), 300);
    for (let answered = false; !answered;) {
      answered = await send().then(
        () => true,
        () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 50)),
      );
    }
    await path.drain();
    await path.stop();
    await running;
    const said = engine.readMerged('encounter', 0, 100).flatMap(({ bytes }) => {
      const { type, value } = codec.decode(bytes);
      return type === 'Tick' ? [value.time] : [];
    });
    expect(said.length).toBeGreaterThanOrEqual(2);
    expect(said).toEqual(said.map((_, index) => index + 1));
  } finally {
    await engine.abandon();
    rmSync(folder, { recursive: true, force: true });
  }
});
