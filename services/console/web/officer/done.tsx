import { useState } from 'preact/hooks';
import type { CaseView } from '../../api/views.ts';
import { clock } from '../format/time.ts';
import { isOver } from '../kit/deadline.ts';
import { Name } from '../kit/marks.tsx';
import { useStore } from '../kit/store.ts';
import { ToastSlot } from '../kit/toast.tsx';
import { queue } from '../live/commands.ts';
import { serverNow } from '../live/server-clock.ts';
import { t, word } from '../text/text.ts';
import { close, reportedOutcome } from './act.ts';
import type { CaseProps } from './case-screen.tsx';
import { asksMore, mainOutcomes, otherOutcomes, prefill, type OutcomeCode } from './outcomes.ts';
import { FollowUpRow, MoneyField, Segments, TypeRow } from './done-rows.tsx';
import { go } from './route.ts';
import { SlimHead } from './slim-head.tsx';

interface Form {
  readonly code: OutcomeCode | null;
  /** undefined: as it follows from the outcome; set by hand otherwise */
  readonly stopped: number | null | undefined;
  readonly lost: number | null | undefined;
  readonly believed: string | null | undefined;
  readonly app: string | null;
  readonly type: string;
  readonly follow_up_at: number | null;
}

/** What happened: eight choices, what the system knows already filled in. Under half a minute, also without network. */
export function DonePage({ view }: CaseProps) {
  const [form, setForm] = useState<Form>({
    code: null,
    stopped: undefined,
    lost: undefined,
    believed: undefined,
    app: null,
    type: view.scam_type,
    follow_up_at: null,
  });
  const change = (part: Partial<Form>): void => setForm((old) => ({ ...old, ...part }));
  const filled = prefill(form.code, view);
  const stopped = form.stopped === undefined ? filled.stopped_minor : form.stopped;
  const lost = form.lost === undefined ? filled.lost_minor : form.lost;
  const believed = form.believed === undefined ? filled.believed : form.believed;
  const more = asksMore(form.code);
  // T7 and N1 keep the case open: what comes after them is a new outcome and no correction
  const unsettled = useStore(queue).some((each) => each.case_id === view.case_id && each.step === 'done');
  const ended = unsettled || isOver(view);
  const correcting = ended ? reportedOutcome(view.case_id) : null;
  const submit = (): void => {
    if (form.code === null) return;
    close(
      view,
      {
        outcome_code: form.code,
        scam_type_actual: more ? form.type : null,
        believed: more ? believed : null,
        app_removed: more && (form.app === 'removed' || form.app === 'kept') ? form.app === 'removed' : null,
        money_stopped_minor: more ? stopped : null,
        money_out_before_minor: more ? lost : null,
        currency: view.currency,
        follow_up_at: form.follow_up_at,
      },
      correcting,
    );
    go(`case/${view.case_id}`);
  };
  return (
    <article class="phone tight" data-testid="done" data-case={view.case_id}>
      <SlimHead view={view}>
        <b>
          {t('step.done')} <Name masked={view.person?.name_masked ?? view.name_masked} />
        </b>
        <p>{doneLine(view)}</p>
      </SlimHead>
      <main>
        <Choices view={view} code={form.code} choose={(code) => change({ code })} />
        {more ? (
          <>
            <section class="rows close">
              <MoneyField
                label={t('done.saved')}
                minor={stopped}
                currency={view.currency}
                testid="money-stopped"
                note={filled.from_held && form.stopped === undefined ? t('done.from_held') : ''}
                change={(minor) => change({ stopped: minor })}
              />
              <MoneyField
                label={t('done.lost')}
                minor={lost}
                currency={view.currency}
                testid="money-lost"
                note=""
                change={(minor) => change({ lost: minor })}
              />
            </section>
            <section class="rows">
              <Segments
                name="believed"
                label={t('done.believed')}
                options={['yes', 'half', 'no']}
                value={believed}
                choose={(value) => change({ believed: value })}
              />
              <Segments
                name="app"
                label={t('done.app')}
                options={['removed', 'kept', 'none']}
                value={form.app}
                choose={(value) => change({ app: value })}
              />
              <TypeRow type={form.type} choose={(type) => change({ type })} />
              <FollowUpRow
                at={form.follow_up_at}
                now={serverNow()}
                change={(follow_up_at) => change({ follow_up_at })}
              />
            </section>
          </>
        ) : null}
      </main>
      <footer class="dock">
        <ToastSlot />
        <button
          type="button"
          class="btn solid tall"
          data-testid="submit-outcome"
          disabled={form.code === null}
          onClick={submit}
        >
          {t(form.code === null ? 'done.choose' : correcting === null ? 'step.done' : 'done.correcting')}
        </button>
        <p class="note">{t('done.note')}</p>
      </footer>
    </article>
  );
}

/** 冒充公检法，14:12 见面，14:12 挂断 */
function doneLine(view: CaseView): string {
  const parts = [word('scam', view.scam_type)];
  if (view.met_at !== null) parts.push(t('done.met', { at: clock(view.met_at) }));
  if (view.call_ended_at !== null) parts.push(t('done.hung_up', { at: clock(view.call_ended_at) }));
  return parts.join(t('list.comma'));
}

interface ChoicesProps {
  readonly view: CaseView;
  readonly code: OutcomeCode | null;
  readonly choose: (code: OutcomeCode) => void;
}

function Choices({ view, code, choose }: ChoicesProps) {
  const [others, setOthers] = useState(false);
  const main = mainOutcomes(view);
  return (
    <section>
      <p class="head">
        <b>{t('done.outcome')}</b>
        <button
          type="button"
          class="link"
          data-testid="other-outcomes"
          aria-expanded={others}
          onClick={() => setOthers(!others)}
        >
          {t(others ? 'done.usual' : 'done.others')}
        </button>
      </p>
      <div class="pick" role="radiogroup" aria-label={t('done.outcome')}>
        {(others ? otherOutcomes(main) : main).map((each) => (
          <label key={each} data-testid={`outcome-${each}`}>
            <input type="radio" name="outcome" value={each} checked={each === code} onChange={() => choose(each)} />
            <span>{word('plain', each)}</span>
            <small>{`${each} ${word('outcome', each)}`}</small>
          </label>
        ))}
      </div>
    </section>
  );
}
