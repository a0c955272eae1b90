import { send } from '../live/commands.ts';
import { readStored, writeStored } from '../live/stored.ts';

const DEVICE = 'yujing.device';
const REPORTED = 'yujing.reported';
const KEPT = 400;

/** A random name of this device, so that a report can be told from that of another phone of the same officer. */
export function device(): string {
  const known = readStored<string>(DEVICE);
  if (known !== null) return known;
  const made = crypto.randomUUID();
  writeStored(DEVICE, made);
  return made;
}

/** `delivered` when the order has arrived, `read` when its card is shown: each once, stored and retried like a command. */
export function report(order_id: string, case_id: string, status: 'delivered' | 'read'): void {
  const mark = `${order_id} ${status}`;
  const reported = readStored<readonly string[]>(REPORTED) ?? [];
  if (reported.includes(mark)) return;
  writeStored(REPORTED, [...reported, mark].slice(-KEPT));
  send({
    path: 'deliveries',
    case_id,
    body: { order_id, status, device: device() },
    label: `delivery.${status}`,
    by_hand: false,
  });
}
