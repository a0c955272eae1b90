import { LIMITS } from '../config.ts';

/** Open doors by id with the time of their newest tick. Plain data: it is committed with the partition. */
export type Doors = Record<string, number>;

/** What the doors together say: nothing older than this will come. */
export function smallestOpen(doors: Doors): number | undefined {
  const times = Object.values(doors);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Notes a door's time; false = the door has said as much before. */
export function hear(doors: Doors, door: string, time: number): boolean {
  const last = doors[door];
  if (last !== undefined && time <= last) return false;
  doors[door] = time;
  return true;
}

/** Doors that died without a word must not hold everybody's timers: returns how many now count as closed. */
export function closeSilent(doors: Doors): number {
  const newest = Math.max(...Object.values(doors));
  let closed = 0;
  for (const [door, time] of Object.entries(doors)) {
    if (time >= newest - LIMITS.door_silence_ms) continue;
    delete doors[door];
    closed++;
  }
  return closed;
}
