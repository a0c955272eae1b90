/** Milliseconds that local time is ahead of UTC, at a local time (ms as if it were UTC); undefined: that time did not exist. */
export type Zone = (local: number) => number | undefined;

const OFFSET = /^([+-])(\d\d):(\d\d)$/;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Offsets change on the quarter of an hour at the finest. */
const QUARTER_MS = 15 * MINUTE_MS;
const REMEMBERED = 4096;

export const ZONE_HINT = "an offset such as '+08:00', UTC, or a place such as Asia/Shanghai";

function fixed(offsetMs: number): Zone {
  return () => offsetMs;
}

function offsetsOf(name: string): ((instant: number) => number) | undefined {
  let format: Intl.DateTimeFormat;
  try {
    // The locale only has to be one and the same: the parts are read as numbers.
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  const known = new Map<number, number>();
  return (instant) => {
    const slot = Math.floor(instant / QUARTER_MS);
    let offset = known.get(slot);
    if (offset === undefined) {
      const at = slot * QUARTER_MS;
      const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
      offset = Date.UTC(year, month - 1, day, hour, minute, second) - at;
      if (known.size >= REMEMBERED) known.clear();
      known.set(slot, offset);
    }
    return offset;
  };
}

/**
 * A zone by its offset or by its name. Where summer time ends, an hour comes twice: the first one is taken. The hour that is
 * left out where it begins is no time.
 */
export function readZone(text: string): Zone | undefined {
  if (text === 'UTC' || text === 'Z') return fixed(0);
  const [, sign, hours, minutes] = OFFSET.exec(text) ?? [];
  if (sign !== undefined) {
    const offset = Number(hours) * 60 + Number(minutes);
    if (Number(minutes) > 59 || offset > 18 * 60) return undefined;
    return fixed((sign === '-' ? -offset : offset) * MINUTE_MS);
  }
  if (!/^[A-Z][A-Za-z]+\/[A-Za-z_/+-]{2,40}$/.test(text)) return undefined;
  const offsets = offsetsOf(text);
  if (offsets === undefined) return undefined;
  return (local) => {
    const candidates = [offsets(local - DAY_MS), offsets(local + DAY_MS)];
    // Before the change and after it: the larger offset is the earlier instant.
    for (const offset of candidates.sort((a, b) => b - a)) if (offsets(local - offset) === offset) return offset;
    return undefined;
  };
}
