import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { CaseView, OpenedPerson, SessionView } from '../../api/views.ts';
import { useStore } from '../kit/store.ts';
import { queue } from '../live/commands.ts';
import { t } from '../text/text.ts';
import { CardPage } from './card.tsx';
import { DeclinePage } from './decline.tsx';
import { DonePage } from './done.tsx';
import type { CasePage } from './route.ts';
import { SayPage } from './say.tsx';
import { SearchPage } from './search.tsx';
import { cards, failed, loadView, opened, reportRead, views } from './state.ts';
import { stepsOf, withPending, type StepView } from './steps.ts';
import { SupportPage } from './support.tsx';

/** What every page of one case gets: the case with what was just tapped, and the clear text if it was opened. */
export interface CaseProps {
  readonly view: CaseView;
  readonly person: OpenedPerson | null;
  readonly steps: readonly StepView[];
  readonly session: SessionView;
}

const PAGES: Readonly<Record<CasePage, (props: CaseProps) => ComponentChildren>> = {
  card: CardPage,
  say: SayPage,
  done: DonePage,
  support: SupportPage,
  decline: DeclinePage,
  search: SearchPage,
};

interface ScreenProps {
  readonly case_id: string;
  readonly page: CasePage;
  readonly session: SessionView;
}

export function CaseScreen({ case_id, page, session }: ScreenProps) {
  const known = useStore(views).get(case_id);
  const person = useStore(opened).get(case_id) ?? null;
  const tapped = useStore(queue);
  const problem = useStore(failed);
  useEffect(() => void loadView(case_id), [case_id]);
  useEffect(() => {
    if (known !== undefined && page === 'card') reportRead(known);
  }, [known?.order_id, page]);
  if (known === undefined) return <Loading case_id={case_id} problem={problem} />;
  const view = withPending(known, case_id, tapped);
  const Page = PAGES[page];
  return <Page key={page} view={view} person={person} steps={stepsOf(view, case_id, tapped)} session={session} />;
}

/** Keeps the size of what is to come; an error says what is missing and offers one retry. */
function Loading({ case_id, problem }: { readonly case_id: string; readonly problem: boolean }) {
  const card = useStore(cards)?.find((each) => each.case_id === case_id);
  return (
    <div class="phone">
      <header class={card?.level === 'RED' ? 'alarm head-space' : 'head-space'} />
      <main aria-busy={!problem}>
        {!problem ? null : (
          <section role="alert">
            <p>{t('failed.card')}</p>
            <button type="button" class="btn" onClick={() => void loadView(case_id)}>
              {t('failed.retry')}
            </button>
          </section>
        )}
      </main>
    </div>
  );
}
