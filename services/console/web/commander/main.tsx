import { useEffect } from 'preact/hooks';
import type { BoardView, SessionView } from '../../api/views.ts';
import { clock, monthDay } from '../format/time.ts';
import { Definition } from '../kit/definition.tsx';
import { Fresh, Money } from '../kit/marks.tsx';
import { mountPage } from '../kit/page.tsx';
import { useStore } from '../kit/store.ts';
import { Top } from '../kit/top.tsx';
import { useFresh } from '../kit/use-fresh.ts';
import { t, word } from '../text/text.ts';
import { Clocks } from './clocks.tsx';
import { countOf, STRETCHES } from './figures.ts';
import { Funnel } from './funnel.tsx';
import { Precision } from './precision.tsx';
import { board, choose, failed, loadBoard, startBoard, stretch } from './state.ts';
import './commander.css';

function Board({ session }: { readonly session: SessionView }) {
  const figures = useStore(board);
  const problem = useStore(failed);
  useEffect(startBoard, []);
  return (
    <div class="desk board">
      <Top session={session} page="commander" />
      <main aria-busy={figures === null && !problem}>
        <Lead figures={figures} />
        {problem ? (
          <p class="trouble" role="alert">
            {t('failed.board')}{' '}
            <button type="button" class="again" onClick={() => void loadBoard()}>
              {t('failed.retry')}
            </button>
          </p>
        ) : null}
        {figures === null ? null : (
          <>
            <div class="row1">
              <Funnel funnel={figures.funnel} />
              <Clocks clocks={figures.clocks} />
            </div>
            <Precision rows={figures.precision} />
          </>
        )}
      </main>
    </div>
  );
}

function Lead({ figures }: { readonly figures: BoardView | null }) {
  const chosen = useStore(stretch);
  return (
    <header class="lead">
      <h1>{t('place.commander')}</h1>
      <div class="seg" role="group" aria-label={t('board.stretch')}>
        {STRETCHES.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === chosen}
            data-testid={`stretch-${each}`}
            onClick={() => choose(each)}
          >
            {word('stretch', each)}
          </button>
        ))}
      </div>
      {figures === null ? null : (
        <>
          <span class="dim num">
            {t('board.range', {
              from: monthDay(figures.from),
              until: `${monthDay(figures.until)} ${clock(figures.until)}`,
            })}
          </span>
          <Facts figures={figures} />
        </>
      )}
    </header>
  );
}

function Facts({ figures }: { readonly figures: BoardView }) {
  return (
    <dl class="facts end">
      <Fact
        name={t('fact.warned')}
        meaning={t('fact.warned_means')}
        value={countOf(figures, 'warned')}
        testid="fact-warned"
      />
      <Fact
        name={t('fact.saved_people')}
        meaning={t('fact.saved_people_means')}
        value={countOf(figures, 'saved')}
        testid="fact-saved"
      />
      <MoneyFact
        name={t('fact.saved')}
        meaning={t('fact.saved_means')}
        minor={figures.saved_minor}
        currency={figures.currency}
        testid="saved-money"
        kept
      />
      <MoneyFact
        name={t('fact.lost')}
        meaning={t('fact.lost_means')}
        minor={figures.lost_minor}
        currency={figures.currency}
        testid="lost-money"
      />
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly meaning: string;
  readonly testid: string;
}

function Fact({ name, meaning, value, testid }: FactProps & { readonly value: number }) {
  return (
    <div>
      <dt>
        <Definition words={name} meaning={meaning} />
        <Fresh on={useFresh(value)} />
      </dt>
      <dd class="num" data-testid={testid}>
        {value}
      </dd>
    </div>
  );
}

interface MoneyFactProps extends FactProps {
  readonly minor: number;
  readonly currency: string;
  readonly kept?: boolean;
}

function MoneyFact({ name, meaning, minor, currency, testid, kept = false }: MoneyFactProps) {
  return (
    <div>
      <dt>
        <Definition words={name} meaning={meaning} />
        <Fresh on={useFresh(minor)} />
      </dt>
      <dd class={kept ? 'safe' : ''}>
        <Money minor={minor} currency={currency} testid={testid} />
      </dd>
    </div>
  );
}

mountPage('commander', Board);
