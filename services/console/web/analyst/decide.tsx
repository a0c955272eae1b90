import { useEffect, useRef } from 'preact/hooks';
import type { CaseView } from '../../api/views.ts';
import { clockSeconds, duration } from '../format/time.ts';
import { deadlineOf } from '../kit/deadline.ts';
import { Name } from '../kit/marks.tsx';
import { Ring } from '../kit/ring.tsx';
import { useStore } from '../kit/store.ts';
import { queue } from '../live/commands.ts';
import { useNow } from '../live/server-clock.ts';
import { say, t, word } from '../text/text.ts';
import { DECISIONS, forbidden, holdSeconds, KEY_OF, levelTo, REASONS, type Decision } from './decisions.ts';
import { isEnded } from './queue-order.ts';
import { precincts } from './state.ts';

interface DecideProps {
  readonly view: CaseView;
  /** the decision that waits for its reason */
  readonly asking: Decision | null;
  readonly choose: (decision: Decision) => void;
  readonly reason: (reason: string) => void;
  readonly cancel: () => void;
}

/** RED is already out: the order's path first, then what was asked for, then the question. */
export function Decide(props: DecideProps) {
  return (
    <aside class="decide" data-testid="decide">
      <OrderPath view={props.view} />
      <DoneAlready view={props.view} />
      <Question {...props} />
    </aside>
  );
}

const PATH = [
  ['issued', 'dispatched_at'],
  ['delivered', 'delivered_at'],
  ['accept', 'acked_at'],
  ['en_route', 'en_route_at'],
  ['on_site', 'on_site_at'],
  ['with_person', 'met_at'],
] as const;

function OrderPath({ view }: { readonly view: CaseView }) {
  const deadline = deadlineOf(view);
  const known = useStore(precincts).get(view.precinct ?? '');
  const station = known === undefined ? view.precinct : say(known);
  if (view.order_id === null) {
    return (
      <div class="block">
        <h2 class="h">{t('order.none')}</h2>
        <p class="dim">{t('order.none_why')}</p>
      </div>
    );
  }
  return (
    <div class="block" data-testid="order-path">
      <div class="order">
        <div>
          <h2>{t('order.no', { no: String(view.order_no ?? 0).padStart(4, '0') })}</h2>
          <p class="dim">{[station, view.officer].filter((part) => part !== null).join(t('list.comma'))}</p>
        </div>
        {deadline === null || isEnded(view) ? null : (
          <Ring
            start={deadline.start}
            due={deadline.due}
            reached={deadline.reached}
            meaning={word('due', deadline.kind)}
            reachedMeaning={word('reached', deadline.kind)}
          />
        )}
      </div>
      <ol class="trail">
        {PATH.map(([step, field]) => {
          const at = view[field];
          const after = at === null || view.dispatched_at === null ? null : at - view.dispatched_at;
          return (
            <li key={step} class={at === null ? 'todo' : ''} data-testid={`path-${step}`}>
              <i />
              <span>{word('path', step)}</span>
              <time class="num">{at === null ? '' : clockSeconds(at)}</time>
              <u class="num">{after === null ? '' : after === 0 ? '0:00' : `+${duration(after)}`}</u>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

const BY_ITSELF: ReadonlySet<string> = new Set(['sms', 'flash_sms', 'ai_call']);

/** Requests with their answers, and messages that went out by themselves. */
function DoneAlready({ view }: { readonly view: CaseView }) {
  const messages = view.contact_tries.filter((each) => BY_ITSELF.has(each.method));
  if (view.requests.length + messages.length === 0) return null;
  return (
    <div class="block">
      <h2 class="h">{t('case.done_already')}</h2>
      <ul class="auto">
        {view.requests.map((each) => (
          <li key={`${each.kind}${each.at}`}>
            <span>{word('ask', each.kind)}</span>
            <span class={each.answer === 'done' ? 'safe' : ''}>
              {each.answer === null ? t('case.asked') : word('answer', each.answer)}
            </span>
            <time class="num">{clockSeconds(each.at)}</time>
          </li>
        ))}
        {messages.map((each) => (
          <li key={`${each.method}${each.at}`}>
            <span>{word('method', each.method)}</span>
            <span>{word('result', each.result)}</span>
            <time class="num">{clockSeconds(each.at)}</time>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Question({ view, asking, choose, reason, cancel }: DecideProps) {
  const waiting = useStore(queue).some((each) => each.case_id === view.case_id);
  return (
    <div class="block question">
      <h2 class="h">
        {t('decide.title')} <Name masked={view.person?.name_masked ?? view.name_masked} />
      </h2>
      <p class="said" data-testid="review-state" data-state={view.review_state}>
        {waiting ? t('decide.sending') : word('review', view.review_state)}
      </p>
      <div class="keys">
        {DECISIONS.map((decision) => (
          <DecisionButton
            key={decision}
            view={view}
            decision={decision}
            pressed={decision === asking}
            choose={choose}
          />
        ))}
      </div>
      {asking === null ? (
        <p class="hint">{t('decide.hint')}</p>
      ) : (
        <ReasonList decision={asking} reason={reason} cancel={cancel} />
      )}
    </div>
  );
}

interface DecisionButtonProps {
  readonly view: CaseView;
  readonly decision: Decision;
  readonly pressed: boolean;
  readonly choose: (decision: Decision) => void;
}

function DecisionButton({ view, decision, pressed, choose }: DecisionButtonProps) {
  const now = useNow();
  const why = forbidden(decision, view, now);
  const to = levelTo(decision, view.level);
  const words =
    decision === 'hold'
      ? t('decide.hold', { left: why === null ? duration(holdSeconds(view, now) * 1_000) : '' })
      : word('decide', decision, { level: word('level', to ?? view.level) });
  return (
    <button
      type="button"
      class={decision === 'confirm' ? 'key main' : 'key'}
      data-testid={`decide-${decision}`}
      disabled={why !== null}
      aria-pressed={pressed}
      aria-keyshortcuts={KEY_OF[decision]}
      onClick={() => choose(decision)}
    >
      <span>
        {words.trim()}
        {why === null ? null : <small>{word('why-not', why)}</small>}
      </span>
      <kbd aria-hidden="true">{KEY_OF[decision]}</kbd>
    </button>
  );
}

interface ReasonListProps {
  readonly decision: Decision;
  readonly reason: (reason: string) => void;
  readonly cancel: () => void;
}

/** Choosing the reason sends the decision: the reason is the question "are you sure". */
function ReasonList({ decision, reason, cancel }: ReasonListProps) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), [decision]);
  return (
    <div class="reasons" role="group" aria-label={word('reasons', decision)} data-testid="reason-list">
      <p class="hint">{word('reasons', decision)}</p>
      {REASONS.map((each, index) => (
        <button
          key={each}
          type="button"
          ref={index === 0 ? first : null}
          class="reason"
          data-testid={`reason-${each}`}
          onClick={() => reason(each)}
        >
          <kbd aria-hidden="true">{index + 1}</kbd>
          {word('reason', each)}
        </button>
      ))}
      <button type="button" class="reason" onClick={cancel}>
        <kbd aria-hidden="true">Esc</kbd>
        {t('decide.cancel')}
      </button>
    </div>
  );
}
