import { useState } from 'preact/hooks';
import { minorOf, parseMoney } from '../format/money.ts';
import { clock, dayName } from '../format/time.ts';
import { Money } from '../kit/marks.tsx';
import { language, t, word } from '../text/text.ts';

interface MoneyFieldProps {
  readonly label: string;
  readonly minor: number | null;
  readonly currency: string;
  readonly note: string;
  readonly testid: string;
  readonly change: (minor: number | null) => void;
}

/** A figure with 改 beside it; typing accepts 48万 as well as 480,000. */
export function MoneyField({ label, minor, currency, note, testid, change }: MoneyFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const parsed = draft === null ? null : parseMoney(draft);
  const wrong = draft !== null && draft.trim() !== '' && parsed === null;
  const finish = (): void => {
    if (!wrong && draft !== null) change(parsed === null ? null : minorOf(parsed, currency));
    if (!wrong) setDraft(null);
  };
  return (
    <div>
      <span>{label}</span>
      {draft === null ? (
        <>
          <b data-testid={testid}>
            <Money minor={minor} currency={currency} />
          </b>
          <span class="sub">{note}</span>
          <button
            type="button"
            class="link end"
            aria-label={`${t('done.change')} ${label}`}
            data-testid={`${testid}-change`}
            onClick={() => setDraft('')}
          >
            {t('done.change')}
          </button>
        </>
      ) : (
        <>
          <input
            class={wrong ? 'field wrong' : 'field'}
            inputMode="decimal"
            autoFocus
            aria-label={label}
            aria-invalid={wrong}
            data-testid={`${testid}-field`}
            value={draft}
            onInput={(event) => setDraft(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && finish()}
          />
          <button type="button" class="link end" onClick={finish}>
            {t(wrong ? 'done.wrong_money' : 'done.ok')}
          </button>
        </>
      )}
    </div>
  );
}

interface SegmentsProps {
  readonly name: 'believed' | 'app';
  readonly label: string;
  readonly options: readonly string[];
  readonly value: string | null;
  readonly choose: (value: string) => void;
}

export function Segments({ name, label, options, value, choose }: SegmentsProps) {
  return (
    <div>
      <span>{label}</span>
      <div class="seg" role="radiogroup" aria-label={label}>
        {options.map((option) => (
          <label key={option} data-testid={`${name}-${option}`}>
            <input type="radio" name={name} value={option} checked={option === value} onChange={() => choose(option)} />
            <span>{word(name, option)}</span>
          </label>
        ))}
      </div>
    </div>
  );
}

const TYPES = [
  'fake_police',
  'fake_service',
  'task_rebate',
  'fake_invest',
  'romance_invest',
  'fake_loan',
  'fake_credit',
  'impersonate_known',
  'game_trade',
  'fake_shopping',
  'cash_courier',
  'screen_share',
  'other',
] as const;

export function TypeRow({ type, choose }: { readonly type: string; readonly choose: (type: string) => void }) {
  return (
    <div>
      <span>{t('done.type')}</span>
      <select
        class="field"
        aria-label={t('done.type')}
        data-testid="scam-type"
        value={type}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {TYPES.map((each) => (
          <option key={each} value={each}>
            {word('scam', each)}
          </option>
        ))}
      </select>
    </div>
  );
}

const DAY = 86_400_000;

interface FollowUpProps {
  readonly at: number | null;
  readonly now: number;
  readonly change: (at: number | null) => void;
}

/** Left alone, the level's policy sets the follow-ups; one tap each moves the first one on by a day. */
export function FollowUpRow({ at, now, change }: FollowUpProps) {
  const next = (): void => change(at === null ? now + DAY : at - now >= 6.5 * DAY ? null : at + DAY);
  return (
    <div>
      <span>{t('done.follow_up')}</span>
      <span class="quiet-b" data-testid="follow-up">
        {at === null ? t('done.by_policy') : `${dayName(at, now, language())} ${clock(at)}`}
      </span>
      <button type="button" class="link end" aria-label={`${t('done.change')} ${t('done.follow_up')}`} onClick={next}>
        {t('done.change')}
      </button>
    </div>
  );
}
