import { DONE, type Stage, type StageContext } from '@yujing/runtime';
import { digest, emit, jsonCodec, toy, type ToyDocument } from './toy-records.ts';

export interface Subject {
  score: number;
  quiet: number;
  warnings: number;
  exposures: string[];
}

/** threshold of a rule set's version */
const THRESHOLDS = [3, 3, 5, 2, 4, 6];
const SILENCE_MS = 4_000;

type Context = StageContext<Subject, object>;

/** The toy of `detect`: a score and a threshold, and a warning about who was called and then not for a while, by ticks. */
export function toyDetect(behaviour = 1): Stage<Subject, object> {
  const warn = (context: Context, subject: Subject, key: string, by: string): void => {
    subject.warnings++;
    subject.score = 0;
    subject.quiet = 2;
    const version = context.adopted<ToyDocument>('ruleset')?.version ?? 0;
    emit(context, 'Warning', key, { warning_id: digest(`rule|1|${key}|${by}`), subject: key, by, version });
  };
  const threshold = (context: Context): number =>
    (THRESHOLDS[context.adopted<ToyDocument>('ruleset')?.version ?? 0] ?? 3) + behaviour - 1;
  return {
    name: 'detect',
    reads: 'encounter',
    writes: { Warning: 'case' },
    behaviour,
    adopts: ['ruleset'],
    commitFirst: true,
    codec: jsonCodec(() => ({ score: 0, quiet: 0, warnings: 0, exposures: [] })),
    partitionState: () => ({}),
    prepare: async (_kind, ref) => ({ version: Number(ref) }),
    handle(context, record) {
      if (record.type === 'Tick') {
        const { origin, time } = toy(record, 'Tick');
        const due = context.timers.due(`from ${origin}`, time, 100);
        context.need(due.map(({ key }) => key));
        for (const { key, at } of due) {
          context.timers.set(`from ${origin}`, key, undefined);
          const subject = context.entity(key);
          if (subject.quiet === 0) warn(context, subject, key, `silence ${origin} ${at}`);
        }
        return DONE;
      }
      if (record.type === 'Exposure') {
        const { exposure_id, subject: key } = toy(record, 'Exposure');
        const subject = context.entity(key);
        if (subject.exposures.includes(exposure_id)) return { kind: 'drop', reason: 'repeated' };
        subject.exposures.push(exposure_id);
        warn(context, subject, key, exposure_id);
        return DONE;
      }
      if (record.type !== 'Encounter') return { kind: 'drop', reason: 'not_mine' };
      const { event_id, subject: key, n, listed, origin, at } = toy(record, 'Encounter');
      const subject = context.entity(key);
      if (n % 3 === 0) context.timers.set(`from ${origin}`, key, at + SILENCE_MS);
      if (subject.quiet > 0) subject.quiet--;
      else {
        subject.score += 1 + (n > 2 ? 1 : 0) + (listed === '' ? 0 : 2);
        if (subject.score >= threshold(context)) warn(context, subject, key, event_id);
      }
      return DONE;
    },
  };
}
