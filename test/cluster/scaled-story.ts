import { story, timeText, type StoryName, type StoryOptions, type TimedEvent } from '@yujing/simulator';

/** A story told faster: every moment in it is as much nearer to its beginning. */
export function scaledStory(name: StoryName, options: StoryOptions, factor: number): TimedEvent[] {
  const { start } = options;
  const scaled = (at: number): number => Math.round(start + (at - start) / factor);
  return story(name, options).map(({ at_ms, event }) => {
    const { accepted_at, ...rest } = event;
    const { duration_s } = event as { readonly duration_s?: number };
    return {
      at_ms: scaled(at_ms),
      event: {
        ...rest,
        occurred_at: timeText(scaled(Date.parse(event.occurred_at))),
        ...(accepted_at === undefined ? {} : { accepted_at: timeText(scaled(Date.parse(accepted_at))) }),
        ...(duration_s === undefined ? {} : { duration_s: Math.round(duration_s / factor) }),
      } as TimedEvent['event'],
    };
  });
}
