import { clock } from '../format/time.ts';
import { ToastSlot } from '../kit/toast.tsx';
import { t, word } from '../text/text.ts';
import { request, REQUESTS } from './act.ts';
import type { CaseProps } from './case-screen.tsx';
import { StepRow } from './dock.tsx';
import { SlimHead } from './slim-head.tsx';

/** Who can help, asked with one tap; what was asked and answered stands beside it. */
export function SupportPage({ view, steps }: CaseProps) {
  return (
    <article class="phone" data-testid="support" data-case={view.case_id}>
      <SlimHead view={view}>
        <b>{t('go.support')}</b>
        <p>{t('support.line')}</p>
      </SlimHead>
      <main>
        <section class="asks">
          {REQUESTS.map((kind) => {
            const asked = view.requests.filter((each) => each.kind === kind).at(-1);
            return (
              <button
                key={kind}
                type="button"
                class="ask"
                data-testid={`request-${kind}`}
                data-asked={asked !== undefined}
                onClick={() => request(view, kind)}
              >
                <b>{word('ask', kind)}</b>
                <span class="sub">{word('asks', kind)}</span>
                <span class={asked?.answer === 'done' ? 'state safe' : 'state'}>
                  {asked === undefined
                    ? ''
                    : asked.answer === null
                      ? t('support.asked', { at: clock(asked.at) })
                      : word('answer', asked.answer)}
                </span>
              </button>
            );
          })}
        </section>
        {view.acked_at !== null && view.met_at === null ? (
          <section>
            <a class="btn wide" href={`#/case/${view.case_id}/decline`}>
              {t('go.decline')}
            </a>
          </section>
        ) : null}
      </main>
      <footer class="dock">
        <ToastSlot />
        <StepRow view={view} steps={steps} />
      </footer>
    </article>
  );
}
