import { inOrder, type TimedEvent } from '../city/event.ts';
import { callEndsEarly, duplicateFeeds, fakePolice, fakePoliceHurried, lateEnded } from './fake-police.ts';
import { fakeService, screenShare } from './fake-service.ts';
import {
  courierCall,
  overseasFamilyCall,
  ownTransfer,
  realPoliceCall,
  realRefundCall,
  workMeeting,
} from './look-alikes.ts';
import type { StoryOptions } from './scene.ts';

type Tale = (options: StoryOptions) => TimedEvent[];

/** Frauds, what looks like them, and the variants of the golden trace (D9). */
const TALES = {
  fake_police: fakePolice,
  fake_police_hurried: fakePoliceHurried,
  fake_service: fakeService,
  screen_share: screenShare,
  real_police_call: realPoliceCall,
  courier_call: courierCall,
  overseas_family_call: overseasFamilyCall,
  real_refund_call: realRefundCall,
  work_meeting: workMeeting,
  own_transfer: ownTransfer,
  call_ends_early: callEndsEarly,
  late_ended: lateEnded,
  duplicate_feeds: duplicateFeeds,
  // What the officer's phone does is not the world's affair: the events are the golden ones.
  officer_offline: fakePolice,
} as const satisfies Record<string, Tale>;

export type StoryName = keyof typeof TALES;

export const STORIES = ['fake_police', 'fake_service', 'screen_share'] as const satisfies readonly StoryName[];
export const LOOK_ALIKES = [
  'real_police_call',
  'courier_call',
  'overseas_family_call',
  'real_refund_call',
  'work_meeting',
  'own_transfer',
] as const satisfies readonly StoryName[];
export const GOLDEN_VARIANTS = [
  'real_police_call',
  'call_ends_early',
  'duplicate_feeds',
  'late_ended',
  'officer_offline',
] as const satisfies readonly StoryName[];

/** A story as data: what its sources send, and when. Pure: the same options give the same bytes. */
export function story(name: StoryName, options: StoryOptions): TimedEvent[] {
  return inOrder(TALES[name](options));
}
