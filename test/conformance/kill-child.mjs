// Started by embedded-kill.test.ts and killed in the middle of its work. Appends and commits in the same turn, so records and
// state must agree whenever it dies; prints a line for everything that was acknowledged.
import { openEmbedded } from '@yujing/runtime';

const [folder = ''] = process.argv.slice(2);
const SLOT = { stage: 'kill', logId: 'x', partition: 0 };
const engine = await openEmbedded({ folder, now: Date.now, autoFlush: true, segmentBytes: 200_000 });
const { head } = await engine.store.head(SLOT);
let position = head?.position ?? 0;
let follows = head?.id;

function step() {
  const at = position++;
  const written = engine.outside.append('feed', new Map([[at % 8, [{ key: `${at}`, bytes: Buffer.alloc(at % 700) }]]]));
  const id = `c${at}`;
  const next = { id, position, stamps: [], meta: Buffer.alloc(0), outbox: [] };
  const entities = new Map([[`e${at % 50}`, Buffer.from(`${at}`)]]);
  engine.store.commit(SLOT, { follows, head: next, entities }).catch(() => process.exit(3));
  follows = id;
  written.then(
    () => process.stdout.write(`${at}\n`),
    () => process.exit(3),
  );
}

for (;;) {
  for (let i = 0; i < 20; i++) step();
  await new Promise((resolve) => setImmediate(resolve));
}
