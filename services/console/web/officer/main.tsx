import { useEffect } from 'preact/hooks';
import type { SessionView } from '../../api/views.ts';
import { mountPage } from '../kit/page.tsx';
import { refusalWords } from '../kit/refusal.ts';
import { useStore } from '../kit/store.ts';
import { showToast } from '../kit/toast.tsx';
import { onRefusal } from '../live/commands.ts';
import { t } from '../text/text.ts';
import { readySound } from './alert.ts';
import { CaseScreen } from './case-screen.tsx';
import { ListPage } from './list.tsx';
import { route, startRoute } from './route.ts';
import { startOfficer } from './state.ts';
import './officer.css';

function Officer({ session }: { readonly session: SessionView }) {
  const here = useStore(route);
  useEffect(() => {
    startRoute();
    document.addEventListener('pointerdown', readySound, { once: true });
    const stopRefusals = onRefusal((refusal) => showToast(t('act.refused', { why: refusalWords(refusal) })));
    const stop = startOfficer(session.user);
    return () => {
      stopRefusals();
      stop();
    };
  }, [session.user]);
  if (here.name === 'list' || here.case_id === null) return <ListPage session={session} />;
  return <CaseScreen case_id={here.case_id} page={here.name} session={session} />;
}

mountPage('officer', Officer);
