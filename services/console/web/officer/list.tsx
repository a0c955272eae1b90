import { useRef, useState } from 'preact/hooks';
import type { CaseSummary, SessionView } from '../../api/views.ts';
import { ConnectionStrip } from '../kit/connection.tsx';
import { useStore } from '../kit/store.ts';
import { isOver } from '../kit/deadline.ts';
import { ToastSlot } from '../kit/toast.tsx';
import { t } from '../text/text.ts';
import { Duty } from './duty.tsx';
import { FollowUps, ShiftWords } from './follow-ups.tsx';
import { ListLine } from './list-line.tsx';
import { arrange, sortCards } from './order.ts';
import { cards, failed, loadCards } from './state.ts';

const TABS = ['mine', 'station', 'closed', 'duty'] as const;
type Tab = (typeof TABS)[number];

const TAB_LABEL = { mine: 'tab.mine', station: 'tab.station', closed: 'tab.closed', duty: 'tab.duty' } as const;
const TITLE = { mine: 'list.mine', station: 'list.station', closed: 'list.closed', duty: 'list.duty' } as const;

function belongs(tab: Tab, card: CaseSummary, user: string): boolean {
  const closed = isOver(card);
  if (tab === 'closed') return closed;
  return !closed && card.level !== 'BLUE' && (tab === 'station' || card.officer === user);
}

export function ListPage({ session }: { readonly session: SessionView }) {
  const all = useStore(cards);
  const [tab, setTab] = useState<Tab>('mine');
  const count = (of: Tab): number => (all ?? []).filter((card) => belongs(of, card, session.user)).length;
  return (
    <div class="phone list">
      <ConnectionStrip />
      <header class="title">
        <h1>{t(TITLE[tab])}</h1>
        <ShiftWords session={session} />
      </header>
      <main>
        {tab === 'duty' ? <Duty session={session} /> : <Lines key={tab} tab={tab} all={all} user={session.user} />}
        {tab === 'mine' ? <FollowUps /> : null}
      </main>
      <nav class="tabs" aria-label={t('list.tabs')}>
        <ToastSlot />
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            aria-current={each === tab ? 'page' : undefined}
            data-testid={`tab-${each}`}
            onClick={() => setTab(each)}
          >
            <span>{t(TAB_LABEL[each])}</span>
            <small class="num">{each === 'duty' ? t('tab.settings') : count(each)}</small>
          </button>
        ))}
      </nav>
    </div>
  );
}

interface LinesProps {
  readonly tab: Tab;
  readonly all: readonly CaseSummary[] | null;
  readonly user: string;
}

/** Sorted once when the reader comes here; after that lines change where they stand. */
function Lines({ tab, all, user }: LinesProps) {
  const order = useRef<readonly string[] | null>(null);
  const [, redraw] = useState(0);
  const problem = useStore(failed);
  if (all === null) return <Waiting problem={problem} />;
  const mine = all.filter((card) => belongs(tab, card, user));
  const { shown, waiting } =
    order.current === null
      ? { shown: sortCards(mine).map((card) => card.case_id), waiting: 0 }
      : arrange(order.current, mine);
  order.current = shown;
  const byId = new Map(mine.map((card) => [card.case_id, card]));
  const sortAgain = (): void => {
    order.current = null;
    redraw((count) => count + 1);
  };
  return (
    <>
      {waiting > 0 ? (
        <button type="button" class="waiting" data-testid="waiting" onClick={sortAgain}>
          {t('list.waiting', { n: waiting })}
        </button>
      ) : null}
      {shown.length === 0 ? <p class="empty">{t(tab === 'closed' ? 'list.none_closed' : 'list.none')}</p> : null}
      {shown.map((id) => {
        const card = byId.get(id);
        return card === undefined ? null : <ListLine key={id} card={card} mine={card.officer === user} />;
      })}
    </>
  );
}

function Waiting({ problem }: { readonly problem: boolean }) {
  if (!problem) return <p class="empty" aria-busy="true" />;
  return (
    <div class="empty" role="alert">
      <p>{t('failed.list')}</p>
      <button type="button" class="btn" onClick={() => void loadCards()}>
        {t('failed.retry')}
      </button>
    </div>
  );
}
