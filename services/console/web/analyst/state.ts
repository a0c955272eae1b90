import type { Bilingual, CaseSummary, CaseView, LiveEvent, PrecinctsView, QueueView } from '../../api/views.ts';
import { createStore } from '../kit/store.ts';
import { get } from '../live/api.ts';
import { onLive, onResumed } from '../live/stream.ts';
import { LEVELS, sortQueue } from './queue-order.ts';

export const cases = createStore<ReadonlyMap<string, CaseSummary> | null>(null);
/** how many the queue did not tell: it holds the first 200 of each level */
export const behind = createStore(0);
export const shownCase = createStore<string | null>(null);
export const view = createStore<CaseView | null>(null);
export const failed = createStore(false);
export const precincts = createStore<ReadonlyMap<string, Bilingual>>(new Map());

async function loadPrecincts(): Promise<void> {
  const answer = await get<PrecinctsView>('precincts').catch(() => ({ precincts: [] }));
  precincts.set(new Map(answer.precincts.map(({ code, name }) => [code, name])));
}

export async function loadQueue(): Promise<void> {
  try {
    const { groups } = await get<QueueView>('queue');
    cases.set(new Map(groups.flatMap((group) => group.cases.map((card) => [card.case_id, card] as const))));
    behind.set(groups.reduce((sum, { count, cases: told }) => sum + count - told.length, 0));
    failed.set(false);
    const first = LEVELS.map((level) => sortQueue([...(cases.get()?.values() ?? [])])[level][0]).find(
      (id) => id !== undefined,
    );
    if (shownCase.get() === null && first !== undefined) openCase(first);
  } catch {
    failed.set(true);
  }
}

export async function loadView(case_id: string): Promise<void> {
  try {
    const found = await get<CaseView>(`cases/${case_id}`);
    if (shownCase.get() !== case_id) return;
    const before = view.get();
    if (before?.case_id === case_id && before.revision > found.revision) return;
    view.set(found);
    failed.set(false);
  } catch {
    failed.set(true);
  }
}

export function openCase(case_id: string): void {
  shownCase.set(case_id);
  if (view.get()?.case_id !== case_id) view.set(null);
  void loadView(case_id);
}

let reload: ReturnType<typeof setTimeout> | undefined;

function reloadSoon(): void {
  clearTimeout(reload);
  reload = setTimeout(() => {
    const case_id = shownCase.get();
    if (case_id !== null) void loadView(case_id);
  }, 120);
}

function takeCase(card: CaseSummary): void {
  const known = cases.get();
  if (known === null) return;
  cases.set(new Map(known).set(card.case_id, card));
  const shown = view.get();
  if (shown?.case_id !== card.case_id) return;
  // the summary counts at once, its grounds follow
  if (card.revision > shown.revision) view.set({ ...shown, ...card, revision: shown.revision });
  reloadSoon();
}

function takeLive(event: LiveEvent): void {
  if (event.kind === 'case') takeCase(event.case);
  if (event.kind === 'gone') {
    const left = new Map(cases.get() ?? []);
    left.delete(event.case_id);
    cases.set(left);
  }
  const aboutShown = 'case_id' in event && event.case_id !== null && event.case_id === shownCase.get();
  if (aboutShown && event.kind !== 'gone') reloadSoon();
}

export function startDesk(): () => void {
  void loadQueue();
  void loadPrecincts();
  const stops = [
    onLive(takeLive),
    onResumed(() => {
      void loadQueue();
      reloadSoon();
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
