import { useEffect, useState } from 'preact/hooks';
import type { FollowUpView, SessionView, ShiftView } from '../../api/views.ts';
import { clock, dayName } from '../format/time.ts';
import { Name } from '../kit/marks.tsx';
import { useStore } from '../kit/store.ts';
import { get } from '../live/api.ts';
import { useNow } from '../live/server-clock.ts';
import { language, say, t, word } from '../text/text.ts';
import { Unsent } from './list-line.tsx';
import { followUps } from './state.ts';

/** 青禾派出所，在岗，到 20:00. Unknown duty is not said. */
export function ShiftWords({ session }: { readonly session: SessionView }) {
  const [shift, setShift] = useState<ShiftView | null>(null);
  useEffect(() => {
    get<ShiftView>('officers/me/shift').then(setShift, () => setShift(null));
  }, [session.user]);
  if (shift === null) return <span class="end">{say(session.precinct_name)}</span>;
  const on = shift.until === null ? t('duty.on') : t('duty.on_until', { until: clock(shift.until) });
  return <span class="end num">{shift.on_duty ? on : t('duty.off')}</span>;
}

/** Who is to be seen again, by date: a list of its own below the orders. */
export function FollowUps() {
  const open = useStore(followUps).filter((each) => each.done_at === null);
  if (open.length === 0) return null;
  return (
    <>
      <p class="group">
        <b>{t('list.follow_ups')}</b>
        <span class="num">{open.length}</span>
      </p>
      {open.map((each) => (
        <FollowUpLine key={each.follow_up_id} each={each} />
      ))}
    </>
  );
}

function FollowUpLine({ each }: { readonly each: FollowUpView }) {
  const now = useNow();
  const outcome = each.outcome_code === null ? '' : t('list.comma') + word('outcome', each.outcome_code);
  return (
    <div class="item" data-testid="follow-up-line">
      <a class="cover" href={`#/case/${each.case_id}`}>
        <p class="a plain">
          <Name masked={each.name_masked} />
          {t('list.comma')}
          {word('follow', each.kind)}
        </p>
        <p class="b">{word('scam', each.scam_type) + outcome}</p>
      </a>
      <p class={now > each.due_at ? 'due late' : 'due'}>
        <b class="num">{clock(each.due_at)}</b>
        {dayName(each.due_at, now, language())}
      </p>
      <Unsent case_id={each.case_id} />
    </div>
  );
}
