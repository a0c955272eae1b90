import { useRef, useState } from 'preact/hooks';
import type { CaseSummary } from '../../api/views.ts';
import { remaining, clock } from '../format/time.ts';
import { Money, Name, Shape } from '../kit/marks.tsx';
import { useStore } from '../kit/store.ts';
import { useNow } from '../live/server-clock.ts';
import { say, t, word } from '../text/text.ts';
import {
  clockOf,
  FILTERS,
  isEnded,
  keepStanding,
  LEVELS,
  matches,
  passes,
  sortQueue,
  type Filter,
  type Standing,
} from './queue-order.ts';
import { behind, cases, failed, loadQueue, openCase, shownCase } from './state.ts';

interface QueueProps {
  /** the line on which J and K stand */
  readonly cursor: string | null;
  /** tells the keys which lines there are, from top to bottom */
  readonly report: (ids: readonly string[]) => void;
}

/** Cases by level, in each the clock that runs out first on top when the analyst came; after that nothing moves. */
export function Queue({ cursor, report }: QueueProps) {
  const known = useStore(cases);
  const problem = useStore(failed);
  const [filter, setFilter] = useState<Filter>('all');
  const [sought, setSought] = useState('');
  const order = useRef<Standing | null>(null);
  const [, redraw] = useState(0);
  const all = known === null ? [] : [...known.values()];
  const kept =
    known === null
      ? null
      : order.current === null
        ? { standing: sortQueue(all), waiting: 0 }
        : keepStanding(order.current, all);
  if (kept !== null) order.current = kept.standing;
  const shown = (card: CaseSummary): boolean =>
    passes(filter, card) && matches(sought, card, word('scam', card.scam_type));
  const linesOf = (ids: readonly string[]): CaseSummary[] =>
    ids.flatMap((id) => {
      const card = known?.get(id);
      return card !== undefined && shown(card) ? [card] : [];
    });
  const groups = kept === null ? [] : LEVELS.map((level) => ({ level, lines: linesOf(kept.standing[level]) }));
  report(groups.flatMap((group) => group.lines.map((card) => card.case_id)));
  const sortAgain = (): void => {
    order.current = null;
    redraw((count) => count + 1);
  };
  return (
    <section class="queue" aria-label={t('queue.title')} data-testid="queue">
      <div class="find">
        <input
          id="find"
          type="search"
          aria-label={t('queue.find')}
          placeholder={t('queue.find')}
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
        <kbd>/</kbd>
      </div>
      <div class="chips" role="group" aria-label={t('queue.filters')}>
        {FILTERS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === filter}
            data-testid={`filter-${each}`}
            onClick={() => setFilter(each)}
          >
            {`${word('filter', each)} ${all.filter((card) => !isEnded(card) && passes(each, card)).length}`}
          </button>
        ))}
      </div>
      {kept !== null && kept.waiting > 0 ? (
        <button type="button" class="waiting" data-testid="waiting" onClick={sortAgain}>
          {t('list.waiting', { n: kept.waiting })}
        </button>
      ) : null}
      {problem && known === null ? (
        <p class="none" role="alert">
          {t('failed.queue')}{' '}
          <button type="button" class="again" onClick={() => void loadQueue()}>
            {t('failed.retry')}
          </button>
        </p>
      ) : null}
      {groups.map(({ level, lines }) => (
        <div key={level} data-testid={`group-${level}`}>
          <h3>
            <Shape level={level} />
            <span>{word('level', level)}</span>
            <span class="dim num">{lines.length}</span>
          </h3>
          {lines.map((card) => (
            <Job key={card.case_id} card={card} cursor={card.case_id === cursor} />
          ))}
        </div>
      ))}
      {kept !== null && groups.every((group) => group.lines.length === 0) ? (
        <p class="none">{t(all.some((card) => !isEnded(card)) ? 'queue.no_match' : 'queue.empty')}</p>
      ) : null}
      <More />
    </section>
  );
}

/** The queue shows 200 of a level; how many stand behind them is said. */
function More() {
  const more = useStore(behind);
  return more === 0 ? null : <p class="none">{t('queue.more', { n: more })}</p>;
}

function Job({ card, cursor }: { readonly card: CaseSummary; readonly cursor: boolean }) {
  const open = useStore(shownCase) === card.case_id;
  return (
    <button
      type="button"
      class={`job${cursor ? ' cursor' : ''}${isEnded(card) ? ' ended' : ''}`}
      aria-current={open}
      data-testid="queue-row"
      data-case={card.case_id}
      data-level={card.level}
      onClick={() => openCase(card.case_id)}
    >
      <b>
        <Name masked={card.name_masked} />
      </b>
      <span class="t">{word('scam', card.scam_type)}</span>
      <span class="m">
        <Money minor={card.money_at_risk_minor ?? card.money_moving_minor} currency={card.currency} />
      </span>
      <span class="d">{jobWords(card)}</span>
      <JobClock card={card} />
    </button>
  );
}

function jobWords(card: CaseSummary): string {
  const money = card.money_state === 'none' ? '' : word('money', card.money_state);
  const call = card.live_flags.includes('on_call') ? t('call.running') : '';
  return [say(card.area), call, money].filter((part) => part !== '').join(t('list.comma'));
}

const SOON_MS = 30_000;
const LONG_MS = 3_600_000;

function JobClock({ card }: { readonly card: CaseSummary }) {
  const now = useNow();
  const running = clockOf(card);
  if (running === null) return <span class="s">{card.outcome_code ?? word('status', card.status)}</span>;
  const left = running.due - now;
  const time = left < 0 ? t('ring.late') : left > LONG_MS ? clock(running.due) : remaining(left);
  return (
    <span class={left < SOON_MS ? 's hot num' : 's num'} data-testid="queue-clock">
      {`${word('clock', running.kind)} ${time}`}
    </span>
  );
}
