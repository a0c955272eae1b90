export { createTown, registerOf, type RegisterEntry, type Resident, type Town, type TownOptions } from './city/town.ts';
export { PRECINCTS, type Precinct } from './city/precincts.ts';
export { inventedAccount, inventedMobile, inventedOverseas, passesBankCheck } from './city/numbers.ts';
export { timeText, type DoorEvent, type TimedEvent } from './city/event.ts';
export { GOLDEN_TIMES, HURRIED_TIMES } from './stories/fake-police.ts';
export { DEMO_PEOPLE, demoRegister } from './stories/people.ts';
export { GOLDEN_VARIANTS, LOOK_ALIKES, STORIES, story, type StoryName } from './stories/stories.ts';
export type { StoryOptions } from './stories/scene.ts';
