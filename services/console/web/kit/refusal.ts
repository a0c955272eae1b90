import type { Refusal } from '../live/commands.ts';
import { knows, say, word } from '../text/text.ts';

/** Words for a refusal: from the closed list, else what the server wrote. */
export function refusalWords({ reason, detail }: Pick<Refusal, 'reason' | 'detail'>): string {
  return detail === null || knows('refused', reason) ? word('refused', reason) : say(detail);
}
