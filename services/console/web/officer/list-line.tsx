import type { CaseSummary } from '../../api/views.ts';
import { clock, clockSeconds, remaining } from '../format/time.ts';
import { Icon } from '../kit/icon.tsx';
import { LevelBadge, Money, Name } from '../kit/marks.tsx';
import { Ring } from '../kit/ring.tsx';
import { useStore } from '../kit/store.ts';
import { queue } from '../live/commands.ts';
import { unsent } from '../live/queue.ts';
import { useNow } from '../live/server-clock.ts';
import { say, t, word } from '../text/text.ts';
import { takeStep } from './act.ts';
import { deadlineOfLine, isOver } from '../kit/deadline.ts';
import { go } from './route.ts';

interface LineProps {
  readonly card: CaseSummary;
  readonly mine: boolean;
}

/** One line of the list. RED is filled and has its ring; of the others, one that waits to be taken has its button. */
export function ListLine({ card, mine }: LineProps) {
  const red = card.level === 'RED' && !isOver(card);
  return (
    <div class={red ? 'item now' : 'item'} data-testid="line" data-case={card.case_id} data-level={card.level}>
      <a class="cover" href={`#/case/${card.case_id}`}>
        <p class="a">
          <LevelBadge level={card.level} inverse={red} />
          <b>{word('scam', card.scam_type)}</b>
        </p>
        <p class="b">
          <Name masked={card.name_masked} />
          <span>{lineWords(card)}</span>
          <LineMoney card={card} />
        </p>
      </a>
      <LineEnd card={card} mine={mine} red={red} />
      <Unsent case_id={card.case_id} />
    </div>
  );
}

function lineWords(card: CaseSummary): string {
  const area = say(card.area);
  const live = card.live_flags.includes('on_call') ? t('call.running') : '';
  return [area, live]
    .filter((part) => part !== '')
    .map((part) => t('list.comma') + part)
    .join('');
}

function LineMoney({ card }: { readonly card: CaseSummary }) {
  const minor = card.money_at_risk_minor ?? card.money_moving_minor;
  if (minor === null || card.level === 'RED') return null;
  return (
    <span>
      {t('list.comma')}
      <Money minor={minor} currency={card.currency} />
    </span>
  );
}

function LineEnd({ card, mine, red }: LineProps & { readonly red: boolean }) {
  const now = useNow();
  const deadline = deadlineOfLine(card);
  if (card.outcome_code !== null && isOver(card)) {
    return (
      <p class="due">
        <b>{card.outcome_code}</b>
        {word('outcome', card.outcome_code)}
      </p>
    );
  }
  if (deadline === null) return <p class="due">{word('status', card.status)}</p>;
  if (red) return <Ring {...deadline} reached={null} meaning={word('due', deadline.kind)} reachedMeaning="" />;
  if (deadline.kind === 'accept' && mine) {
    const take = (): void => {
      takeStep(card, 'accept');
      go(`case/${card.case_id}`);
    };
    return (
      <button type="button" class="btn solid" data-testid="line-accept" onClick={take}>
        {t('do.accept')} <span class="num">{now > deadline.due ? t('ring.late') : remaining(deadline.due - now)}</span>
      </button>
    );
  }
  return (
    <p class={now > deadline.due ? 'due late' : 'due'}>
      <b class="num">{clock(deadline.due)}</b>
      {word('before', deadline.kind)}
    </p>
  );
}

/** Every record that was not sent is dashed, timed, and said to be safe. */
export function Unsent({ case_id }: { readonly case_id: string }) {
  const waiting = unsent(useStore(queue)).filter((each) => each.case_id === case_id);
  const last = waiting.at(-1);
  if (last === undefined) return null;
  const [group = '', symbol = ''] = last.label.split('.');
  return (
    <p class="unsent" data-testid="unsent">
      <Icon name="cloud-off" />
      <b>
        {word(group, symbol)} <span class="num">{clockSeconds(last.client_at)}</span>
        {waiting.length > 1 ? ` +${waiting.length - 1}` : ''}
      </b>
      {t('net.unsent')}
    </p>
  );
}
