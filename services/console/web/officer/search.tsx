import { clock } from '../format/time.ts';
import { ToastSlot } from '../kit/toast.tsx';
import { t, word } from '../text/text.ts';
import { noteNotFound, tried } from './act.ts';
import type { CaseProps } from './case-screen.tsx';
import { StepRow } from './dock.tsx';
import { SlimHead } from './slim-head.tsx';

/** Ways to look for a person, in the order in which they usually help; each try is counted by itself. */
const WAYS = [
  ['human_call', 'no_answer'],
  ['human_call', 'off'],
  ['family_call', 'no_answer'],
  ['visit', 'not_there'],
  ['work_call', 'not_there'],
  ['bank_teller', 'not_there'],
] as const;

export function SearchPage({ view, steps }: CaseProps) {
  return (
    <article class="phone" data-testid="search" data-case={view.case_id}>
      <SlimHead view={view}>
        <b>{t('go.search')}</b>
        <p>{t('search.line')}</p>
      </SlimHead>
      <main>
        <section class="asks">
          {WAYS.map(([method, result]) => {
            const times = view.contact_tries.filter((each) => each.method === method && each.result === result);
            const last = times.at(-1);
            return (
              <button
                key={`${method} ${result}`}
                type="button"
                class="ask"
                data-testid={`try-${method}-${result}`}
                onClick={() => tried(view, method, result)}
              >
                <b>{`${word('method', method)}${t('list.comma')}${word('result', result)}`}</b>
                <span class="state">
                  {last === undefined ? '' : t('search.times', { n: times.length, at: clock(last.at) })}
                </span>
              </button>
            );
          })}
        </section>
        <section class="stack">
          <button type="button" class="btn wide" data-testid="note-not-found" onClick={() => noteNotFound(view)}>
            {t('search.note')}
          </button>
          <a class="btn wide" href={`#/case/${view.case_id}/done`}>
            {t('search.close')}
          </a>
        </section>
      </main>
      <footer class="dock">
        <ToastSlot />
        <StepRow view={view} steps={steps} />
      </footer>
    </article>
  );
}
