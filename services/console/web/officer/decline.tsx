import { t, word } from '../text/text.ts';
import { decline } from './act.ts';
import type { CaseProps } from './case-screen.tsx';
import { go } from './route.ts';
import { SlimHead } from './slim-head.tsx';

const REASONS = ['busy', 'off_duty', 'wrong_area', 'safety', 'other'] as const;

/** Saying no is allowed, at once and with a reason: the order then goes to the next one. */
export function DeclinePage({ view }: CaseProps) {
  const choose = (reason: string): void => {
    decline(view, reason);
    go('');
  };
  return (
    <article class="phone" data-testid="decline" data-case={view.case_id}>
      <SlimHead view={view}>
        <b>{t('go.decline')}</b>
        <p>{t('decline.line')}</p>
      </SlimHead>
      <main>
        <section class="asks">
          {REASONS.map((reason) => (
            <button
              key={reason}
              type="button"
              class="ask"
              data-testid={`decline-${reason}`}
              onClick={() => choose(reason)}
            >
              <b>{word('decline', reason)}</b>
            </button>
          ))}
        </section>
      </main>
    </article>
  );
}
