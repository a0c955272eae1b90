import type { CaseView } from '../../api/views.ts';
import { clock } from '../format/time.ts';
import { isOver } from '../kit/deadline.ts';
import { ToastSlot } from '../kit/toast.tsx';
import { t, word } from '../text/text.ts';
import { reportedOutcome, takeStep } from './act.ts';
import { go } from './route.ts';
import type { StepView } from './steps.ts';

interface DockProps {
  readonly view: CaseView;
  readonly steps: readonly StepView[];
  /** with the row of pages above the steps */
  readonly acts?: boolean;
}

/** Status row under the thumb. What is done shrinks to its time, what comes next is the widest. */
export function Dock({ view, steps, acts = false }: DockProps) {
  const unanswered = view.acked_at === null;
  const page = `#/case/${view.case_id}`;
  return (
    <footer class="dock">
      <ToastSlot />
      {acts ? (
        <nav class="acts">
          <a class="btn quiet" href={`${page}/say`} data-testid="go-say">
            {t('go.say')}
          </a>
          <a class="btn quiet" href={`${page}/support`} data-testid="go-support">
            {t('go.support')}
          </a>
          {unanswered ? (
            <a class="btn quiet" href={`${page}/decline`} data-testid="go-decline">
              {t('go.decline')}
            </a>
          ) : (
            <a class="btn quiet" href={`${page}/search`} data-testid="go-search">
              {t('go.search')}
            </a>
          )}
        </nav>
      ) : null}
      <StepRow view={view} steps={steps} />
    </footer>
  );
}

export function StepRow({ view, steps }: Pick<DockProps, 'view' | 'steps'>) {
  return (
    <div class="steps" role="group" aria-label={t('step.row')}>
      {steps.map((each) => (
        <StepButton key={each.step} view={view} step={each} />
      ))}
    </div>
  );
}

function StepButton({ view, step: { step, state, at, unsent } }: { readonly view: CaseView; readonly step: StepView }) {
  const press = (): void => (step === 'done' ? go(`case/${view.case_id}/done`) : takeStep(view, step));
  const ended = isOver(view) || view.order_id === null;
  // once the order is taken a step may be passed over, and much is settled on the telephone
  const early = state === 'later' && view.acked_at !== null;
  // "not found yet" and "does not believe" are no end: the next outcome is reported the same way
  const again = step === 'done' && state === 'done' && (!ended || reportedOutcome(view.case_id) !== null);
  const words = state === 'next' ? word('do', step) : word('step', step);
  const label = at === null ? words : `${words} ${clock(at)}${unsent ? t('list.comma') + t('net.unsent') : ''}`;
  return (
    <button
      type="button"
      class={`${state}${unsent ? ' unsent' : ''}`}
      data-testid={`step-${step}`}
      data-state={state}
      data-unsent={unsent}
      aria-label={label}
      disabled={!again && (ended || (state !== 'next' && !early))}
      onClick={press}
    >
      <span>{words}</span>
      {state === 'done' ? <small class="num">{at === null ? t('step.skipped') : clock(at)}</small> : null}
    </button>
  );
}
