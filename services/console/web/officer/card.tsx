import { Icon } from '../kit/icon.tsx';
import { LevelBadge } from '../kit/marks.tsx';
import { Odds, Reasons } from '../kit/grounds.tsx';
import { Fresh } from '../kit/marks.tsx';
import { Ring } from '../kit/ring.tsx';
import { useStore } from '../kit/store.ts';
import { ConnectionWord } from '../kit/connection.tsx';
import { clock, dayName, duration } from '../format/time.ts';
import { useNow } from '../live/server-clock.ts';
import type { CaseView } from '../../api/views.ts';
import { language, t, word } from '../text/text.ts';
import type { CaseProps } from './case-screen.tsx';
import { deadlineOf, isOver } from '../kit/deadline.ts';
import { Dock } from './dock.tsx';
import { fresh, isFresh } from './fresh.ts';
import { MoneyRow } from './money-row.tsx';
import { PersonRow, PlaceRow } from './person-row.tsx';
import { chooseReasons } from './reasons.ts';

export function CardPage({ view, person, steps }: CaseProps) {
  const marks = useStore(fresh);
  return (
    <article
      class="phone"
      data-testid="card"
      data-case={view.case_id}
      data-status={view.status}
      data-level={view.level}
    >
      <CardHead view={view} changed={isFresh(marks, view.case_id, 'level') || isFresh(marks, view.case_id, 'call')} />
      <main>
        {view.outcome_code === null ? null : <OutcomeNote view={view} />}
        <PlaceRow view={view} person={person} changed={isFresh(marks, view.case_id, 'place')} />
        <PersonRow view={view} person={person} changed={isFresh(marks, view.case_id, 'person')} />
        <MoneyRow
          view={view}
          risk={isFresh(marks, view.case_id, 'risk')}
          moving={isFresh(marks, view.case_id, 'moving')}
        />
        <section>
          <p class="head">
            <b class={isFresh(marks, view.case_id, 'why') ? 'lit' : ''}>{t('card.why')}</b>
            <Odds odds={view.odds} />
          </p>
          <Reasons evidence={chooseReasons(view.evidence)} />
        </section>
        {view.delayed || wentUnreviewed(view) ? <Notices view={view} /> : null}
      </main>
      <Dock view={view} steps={steps} acts />
    </article>
  );
}

/** What was reported, and who is to be seen again when. */
function OutcomeNote({ view }: { readonly view: CaseView }) {
  const now = useNow();
  const code = view.outcome_code ?? '';
  return (
    <section data-testid="outcome-note" data-code={code}>
      <p class="head">
        <b>{t('done.outcome')}</b>
      </p>
      <p>{`${code} ${word('plain', code)}`}</p>
      {view.follow_ups
        .filter((each) => each.done_at === null)
        .map((each) => (
          <p class="sub" key={each.kind}>
            {`${word('follow', each.kind)}${t('list.comma')}${dayName(each.due_at, now, language())} ${clock(each.due_at)}`}
          </p>
        ))}
    </section>
  );
}

/** A RED never waits for a review: only of what waited is it news that nobody looked. */
function wentUnreviewed({ unreviewed, level }: CaseView): boolean {
  return unreviewed && level !== 'RED';
}

function Notices({ view }: { readonly view: CaseView }) {
  return (
    <section class="sub">
      {wentUnreviewed(view) ? <p>{t('card.unreviewed')}</p> : null}
      {view.delayed ? <p>{t('card.delayed')}</p> : null}
    </section>
  );
}

export function RunningCall({ view }: { readonly view: CaseView }) {
  const now = useNow();
  if (view.call_answered_at === null)
    return view.live_flags.includes('on_call') ? <p class="live">{t('call.running')}</p> : <p class="live-none" />;
  const running = view.call_ended_at === null;
  const length = duration((view.call_ended_at ?? now) - view.call_answered_at);
  return (
    <p class={running ? 'live' : 'call-over'} data-testid="call" data-running={running}>
      <span>{t(running ? 'call.running' : 'call.over')}</span> <b class="num">{length}</b>
    </p>
  );
}

/** Only RED may fill an area: the head of its card, while there is something to do. */
function CardHead({ view, changed }: { readonly view: CaseView; readonly changed: boolean }) {
  const red = view.level === 'RED' && !isOver(view);
  return (
    <header class={red ? 'alarm card-head' : 'card-head'}>
      <div class="bar">
        <a class="back" href="#/" aria-label={t('back.list')} data-testid="back">
          <Icon name="back" />
        </a>
        <LevelBadge level={view.level} inverse={red} />
        {view.order_no === null ? null : (
          <span class="num">{t('order.no', { no: String(view.order_no).padStart(4, '0') })}</span>
        )}
        <Fresh on={changed} />
        <ConnectionWord />
      </div>
      <div class="main">
        <div>
          <h1>{word('scam', view.scam_type)}</h1>
          <RunningCall view={view} />
        </div>
        <CardRing view={view} />
      </div>
    </header>
  );
}

export function CardRing({ view, small = false }: { readonly view: CaseView; readonly small?: boolean }) {
  const deadline = deadlineOf(view);
  if (deadline === null) return <div class="ring blank" />;
  return (
    <Ring
      start={deadline.start}
      due={deadline.due}
      reached={deadline.reached}
      meaning={word('due', deadline.kind)}
      reachedMeaning={word('reached', deadline.kind)}
      small={small}
    />
  );
}
