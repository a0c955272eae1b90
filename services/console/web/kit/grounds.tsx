import type { EvidenceView, OddsView } from '../../api/views.ts';
import { clock } from '../format/time.ts';
import { say, t } from '../text/text.ts';

const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** "10 like this, 6 real" and ten pips. Under 20 labelled cases nothing is claimed. */
export function Odds({ odds }: { readonly odds: OddsView }) {
  if (!odds.enough) {
    return (
      <span class="odds" data-testid="odds" data-enough="false">
        {t('odds.few')}
      </span>
    );
  }
  const filled = odds.labelled === 0 ? 0 : Math.round((odds.real / odds.labelled) * 10);
  return (
    <span class="odds" data-testid="odds" data-enough="true">
      <span>{t('odds.real', { labelled: odds.labelled, real: odds.real })}</span>
      <span class="pips" aria-hidden="true">
        {TEN.map((pip) => (
          <i key={pip} class={pip < filled ? '' : 'no'} />
        ))}
      </span>
    </span>
  );
}

/** Three sentences with their times: why this warning exists. */
export function Reasons({ evidence }: { readonly evidence: readonly EvidenceView[] }) {
  return (
    <ol class="why" data-testid="reasons">
      {evidence.map((line) => (
        <li class="row" key={line.event_id}>
          <time dateTime={new Date(line.at).toISOString()}>{clock(line.at)}</time>
          <span>{say(line)}</span>
        </li>
      ))}
    </ol>
  );
}
