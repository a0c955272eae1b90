import type { CardsView, CaseSummary, CaseView, FollowUpView, LiveEvent, OpenedPerson } from '../../api/views.ts';
import { createStore } from '../kit/store.ts';
import { asProblem, get, post, type Problem } from '../live/api.ts';
import { onApplied, onAppended } from '../live/commands.ts';
import { onLive, onResumed } from '../live/stream.ts';
import { alertOrder } from './alert.ts';
import { report } from './deliveries.ts';
import { isUnacked } from '../kit/deadline.ts';
import { markFresh } from './fresh.ts';
import { withOwnOrder } from './own-order.ts';
import { changedSlots } from './reasons.ts';
import { withPending } from './steps.ts';

/** What this page knows. Clear text stays in memory and goes with the page. */
export const cards = createStore<readonly CaseSummary[] | null>(null);
export const followUps = createStore<readonly FollowUpView[]>([]);
export const views = createStore<ReadonlyMap<string, CaseView>>(new Map());
export const opened = createStore<ReadonlyMap<string, OpenedPerson>>(new Map());
export const failed = createStore(false);

let me = '';

function put<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}

export async function loadCards(): Promise<void> {
  try {
    const answer = await get<CardsView>('officer/cards');
    const shown = answer.cards.map((card) => withOwnOrder(card, me));
    cards.set(shown);
    followUps.set(answer.follow_ups);
    failed.set(false);
    for (const card of shown) reportArrival(card);
  } catch {
    failed.set(true);
  }
}

const isMine = (card: CaseSummary): boolean => card.officer === me;

/** `delivered` is this device's own word: the order has reached it. */
function reportArrival(card: CaseSummary): void {
  if (isMine(card) && card.order_id !== null && card.closed_at === null)
    report(card.order_id, card.case_id, 'delivered');
}

export function reportRead(view: CaseView): void {
  if (isMine(view) && view.order_id !== null) report(view.order_id, view.case_id, 'read');
}

export async function loadView(case_id: string): Promise<void> {
  try {
    const view = withOwnOrder(await get<CaseView>(`cases/${case_id}`), me);
    const before = views.get().get(case_id);
    // an older answer that arrives late does not take the place of a newer one
    if (before !== undefined && before.revision > view.revision) return;
    if (before !== undefined) markFresh(case_id, changedSlots(before, view));
    views.set(put(views.get(), case_id, view));
    failed.set(false);
  } catch {
    failed.set(true);
  }
}

/** Opening clear text is an act of its own, written down before the text comes back. */
export async function openPerson(case_id: string): Promise<Problem | null> {
  try {
    const person = await post<OpenedPerson>(`cases/${case_id}/open`, {
      command_id: crypto.randomUUID(),
      purpose: 'contact',
    });
    opened.set(put(opened.get(), case_id, person));
    return null;
  } catch (error) {
    return asProblem(error);
  }
}

const reloading = new Map<string, ReturnType<typeof setTimeout>>();

/** The summary counts at once, the grounds follow: several events in a row ask once. */
function reloadSoon(case_id: string): void {
  clearTimeout(reloading.get(case_id));
  reloading.set(
    case_id,
    setTimeout(() => void loadView(case_id), 120),
  );
}

function takeCase(told: CaseSummary): void {
  const summary = withOwnOrder(told, me);
  const known = cards.get();
  if (known !== null) {
    const there = known.some((card) => card.case_id === summary.case_id);
    cards.set(there ? known.map((card) => (card.case_id === summary.case_id ? summary : card)) : [...known, summary]);
  }
  reportArrival(summary);
  const view = views.get().get(summary.case_id);
  if (view === undefined || view.revision >= summary.revision) return;
  const next: CaseView = { ...view, ...summary };
  markFresh(summary.case_id, changedSlots(view, next));
  views.set(put(views.get(), summary.case_id, { ...next, revision: view.revision }));
  reloadSoon(summary.case_id);
}

function takeLive(event: LiveEvent): void {
  if (event.kind === 'case') takeCase(event.case);
  if (event.kind === 'gone') cards.set(cards.get()?.filter((card) => card.case_id !== event.case_id) ?? null);
  if (event.kind === 'order' && event.officer === me) {
    report(event.order_id, event.case_id, 'delivered');
    alertOrder(event.level, event.case_id, event.scam_type);
    void loadCards();
  }
  // an outcome brings follow-ups, and only the list knows them
  if (event.kind === 'label') void loadCards();
  // what was applied or refused shows in the case as the server has it now
  if (
    (event.kind === 'refused' || event.kind === 'applied') &&
    event.case_id !== null &&
    views.get().has(event.case_id)
  ) {
    reloadSoon(event.case_id);
  }
}

export function startOfficer(user: string): () => void {
  me = user;
  void loadCards();
  const stops = [
    onLive(takeLive),
    onResumed(() => {
      void loadCards();
      for (const case_id of views.get().keys()) void loadView(case_id);
    }),
    onApplied((command) => {
      const view = command.case_id === null ? undefined : views.get().get(command.case_id);
      if (view !== undefined) views.set(put(views.get(), view.case_id, withPending(view, view.case_id, [command])));
    }),
    onAppended((command) => {
      if (command.step === 'accept' && command.case_id !== null && command.body['action'] === 'accept')
        void openPerson(command.case_id);
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

export const isOpenOrder = (card: CaseSummary): boolean => isMine(card) && isUnacked(card);
