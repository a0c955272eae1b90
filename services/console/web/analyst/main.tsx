import { useEffect, useRef, useState } from 'preact/hooks';
import type { CaseView, SessionView } from '../../api/views.ts';
import { mountPage } from '../kit/page.tsx';
import { refusalWords } from '../kit/refusal.ts';
import { changeSettings, settings } from '../kit/settings.ts';
import { useStore } from '../kit/store.ts';
import { showToast, ToastSlot } from '../kit/toast.tsx';
import { Top } from '../kit/top.tsx';
import { onRefusal, send } from '../live/commands.ts';
import { serverNow } from '../live/server-clock.ts';
import { t, word } from '../text/text.ts';
import { CasePane } from './case-pane.tsx';
import { Decide } from './decide.tsx';
import {
  actionOfKey,
  asksReason,
  forbidden,
  holdSeconds,
  isTyping,
  levelTo,
  REASONS,
  type Decision,
  type DeskAction,
} from './decisions.ts';
import { Queue } from './queue.tsx';
import { openCase, shownCase, startDesk, view } from './state.ts';
import './analyst.css';

function decide(shown: CaseView, decision: Decision, reason: string | null): void {
  const to = levelTo(decision, shown.level);
  const body = {
    decision,
    ...(to === null ? {} : { level_to: to }),
    ...(reason === null ? {} : { reason }),
    ...(decision === 'hold' ? { hold_s: holdSeconds(shown, serverNow()) } : {}),
  };
  send({ path: 'commands/decision', case_id: shown.case_id, body, label: `decided.${decision}` });
  showToast(t('act.noted', { what: word('decided', decision) }));
}

function Desk({ session }: { readonly session: SessionView }) {
  const shown = useStore(view);
  const lines = useRef<readonly string[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const [asking, setAsking] = useState<Decision | null>(null);
  useEffect(() => {
    const stopRefusals = onRefusal((refusal) => showToast(t('act.refused', { why: refusalWords(refusal) })));
    const stop = startDesk();
    return () => {
      stopRefusals();
      stop();
    };
  }, []);
  useEffect(() => setAsking(null), [shown?.case_id]);

  const choose = (decision: Decision): void => {
    if (shown === null || forbidden(decision, shown, serverNow()) !== null) return;
    if (asksReason(decision)) return setAsking(decision);
    return decide(shown, decision, null);
  };
  const withReason = (reason: string): void => {
    if (shown === null || asking === null) return;
    decide(shown, asking, reason);
    setAsking(null);
  };
  const act = (action: DeskAction): void => {
    if (action.kind === 'move') {
      const here = lines.current.indexOf(cursor ?? shownCase.get() ?? '');
      const next = lines.current[Math.max(0, Math.min(lines.current.length - 1, here + action.by))];
      if (next !== undefined) setCursor(next);
    } else if (action.kind === 'open' && cursor !== null) openCase(cursor);
    else if (action.kind === 'search') document.getElementById('find')?.focus();
    else if (action.kind === 'cancel') setAsking(null);
    else if (action.kind === 'reason') withReason(REASONS[action.index] ?? 'other');
    else if (action.kind === 'decide') choose(action.decision);
  };
  useKeys(act, asking !== null);

  return (
    <div class="desk">
      <Top session={session} page="analyst" />
      <main class="work">
        <Queue cursor={cursor} report={(ids) => void (lines.current = ids)} />
        {shown === null ? (
          <p class="choose">{t('case.choose')}</p>
        ) : (
          <>
            <CasePane view={shown} />
            <Decide view={shown} asking={asking} choose={choose} reason={withReason} cancel={() => setAsking(null)} />
          </>
        )}
      </main>
      <footer class="desk-foot">
        <ToastSlot />
        <KeysSwitch />
      </footer>
    </div>
  );
}

/** Keys act at once and are off while typing; they can be switched off altogether. */
function useKeys(act: (action: DeskAction) => void, asking: boolean): void {
  // the listener stays, what it does follows the last drawing: two quick keys never meet an old state
  const latest = useRef({ act, asking });
  latest.current = { act, asking };
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!settings.get().keys || event.ctrlKey || event.altKey || event.metaKey) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (event.key === 'Escape') target?.blur();
      if (isTyping(target as { tagName?: string; type?: string } | null, event.key)) return;
      const action = actionOfKey(event.key, latest.current.asking);
      if (action === null) return;
      event.preventDefault();
      latest.current.act(action);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

function KeysSwitch() {
  const { keys } = useStore(settings);
  return (
    <label class="keys-switch">
      <input
        type="checkbox"
        checked={keys}
        onChange={(event) => changeSettings({ keys: event.currentTarget.checked })}
      />
      {t('desk.keys')}
    </label>
  );
}

mountPage('analyst', Desk);
