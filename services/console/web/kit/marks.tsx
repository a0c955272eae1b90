import type { Level } from '../../api/views.ts';
import { exactMoney, money } from '../format/money.ts';
import { nameParts } from '../format/name.ts';
import { language, t, word } from '../text/text.ts';

const CLASS: Readonly<Record<Level, string>> = { RED: 'red', ORANGE: 'orange', YELLOW: 'yellow', BLUE: 'blue' };

/** Colour, word and shape: always all three. */
export function LevelBadge({ level, inverse = false }: { readonly level: Level; readonly inverse?: boolean }) {
  return (
    <b class={`lv ${CLASS[level]}${inverse ? ' inverse' : ''}`} data-testid="level-badge" data-level={level}>
      {word('level', level)}
    </b>
  );
}

/** The bare mark, only under a head that says the word. */
export function Shape({ level }: { readonly level: Level }) {
  return <i class={`shape ${CLASS[level]}`} aria-hidden="true" />;
}

/** A name whose hidden characters are drawn as redaction, and read out as such. */
export function Name({ masked }: { readonly masked: string | null }) {
  if (masked === null || masked === '') return <span>{t('person.unknown')}</span>;
  return (
    <span class="name">
      {nameParts(masked).map((part, index) =>
        'text' in part ? (
          <span key={index}>{part.text}</span>
        ) : (
          <i key={index} class={`mask x${Math.min(4, part.hidden)}`} role="img" aria-label={t('person.hidden')} />
        ),
      )}
    </span>
  );
}

interface MoneyProps {
  readonly minor: number | null;
  readonly currency: string;
  readonly testid?: string;
}

export function Money({ minor, currency, testid }: MoneyProps) {
  return (
    <span
      class="num"
      title={minor === null ? t('money.unknown') : exactMoney(minor, currency, language())}
      data-testid={testid}
      data-minor={minor ?? ''}
    >
      {money(minor, currency, language())}
    </span>
  );
}

/** The mark of an update in place. Its slot is always there; only its ink comes and goes. */
export function Fresh({ on, word: shown }: { readonly on: boolean; readonly word?: string }) {
  return (
    <b
      class={`fresh${on ? '' : ' faded'}`}
      aria-hidden={on ? undefined : 'true'}
      data-testid={on ? 'fresh' : undefined}
    >
      {shown ?? t('mark.fresh')}
    </b>
  );
}
