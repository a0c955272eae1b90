import { answerBeforeFsync, pageBeforeFsync } from './engines.ts';
import type { Plant } from './plant.ts';
import { OvertakingPublisher, trusting, withoutLogId } from './publishers.ts';
import {
  realAdoptedBesideTheLog,
  realIdsForgottenAtClose,
  realNoCommandIds,
  realTooFewEventIds,
  realWatermark,
} from './real-stages.ts';
import { adoptedBesideTheLog, idsForgottenAtClose, noCommandIds, tooFewEventIds, watermark } from './stages.ts';
import { emptyStoreGoesOn, epochs, idsRepeat, loadUnchecked, timersForgotten } from './stores.ts';

const EVERY_STAGE = ['profile', 'detect', 'case'];

/** One planted bug for each thing that the rules of design section 4 forbid. */
export const PLANTS: readonly Plant[] = [
  {
    name: '2 adoption beside the log',
    stages: adoptedBesideTheLog,
    realStages: realAdoptedBesideTheLog,
    notReplayable: EVERY_STAGE,
    always: ['adopt'],
  },
  {
    name: '2 Adopt without the offset of its head',
    rules: {
      counts: (current, next) => current?.ref !== next.ref,
      wanted: (current, head) => current?.ref !== head.ref,
    },
    always: ['adopt'],
  },
  {
    name: '2 code not adopted through the log',
    rules: { stretch: () => 'ours' },
    notReplayable: EVERY_STAGE,
    always: ['deploy'],
  },
  { name: '3 no stamp filter', rules: { isNewer: () => true } },
  { name: '3 no log id', wrapBroker: withoutLogId, notReplayable: ['profile'], always: ['grow'] },
  { name: '4 epoch instead of compare-and-set', wrapStore: epochs },
  { name: '4 commit id can repeat', wrapStore: idsRepeat, always: ['commitDelayed', 'rewind'] },
  { name: '4 load does not check the commit id', wrapStore: loadUnchecked, always: ['evict', 'rewind'] },
  { name: '4 idle owner never looks', heartbeatMs: Number.POSITIVE_INFINITY, always: ['rewind'] },
  { name: '5 profile commits before acknowledgement', rules: { mayCommit: () => true } },
  { name: '5 outbox holds only the new records', rules: { outbox: (_unacknowledged, fresh) => fresh } },
  { name: '6 watermark instead of ids', stages: watermark, realStages: realWatermark },
  { name: '6 commands without ids', stages: noCommandIds, realStages: realNoCommandIds },
  { name: '6 ids forgotten when a case closes', stages: idsForgottenAtClose, realStages: realIdsForgottenAtClose },
  { name: '7 overtaking', createPublisher: (options) => new OvertakingPublisher(options) },
  { name: '7 resolved taken as written', wrapBroker: trusting, always: ['appendNotWritten'] },
  { name: '8 empty store goes on', wrapStore: emptyStoreGoesOn, always: ['wipe'] },
  {
    name: '9 too few remembered event ids',
    stages: tooFewEventIds,
    realStages: realTooFewEventIds,
    always: ['appendRepeated'],
  },
  { name: 'timers kept in memory only', wrapStore: timersForgotten, always: ['crash'] },
];

/** The same for one machine that loses its power. */
export const EMBEDDED_PLANTS: readonly Plant[] = [
  { name: 'embedded: answer before fsync', wrapEngine: answerBeforeFsync, always: ['crash'] },
  { name: 'embedded: page before fsync', wrapEngine: pageBeforeFsync, always: ['crash'] },
  { name: 'embedded: no stamp filter', rules: { isNewer: () => true }, always: ['poison'] },
];
