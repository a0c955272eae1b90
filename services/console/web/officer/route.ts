import { createStore } from '../kit/store.ts';

export const CASE_PAGES = ['card', 'say', 'done', 'support', 'decline', 'search'] as const;
export type CasePage = (typeof CASE_PAGES)[number];
export interface Route {
  readonly name: 'list' | CasePage;
  readonly case_id: string | null;
}

/** #/ is the list, #/case/<id> the card, #/case/<id>/say and the rest its pages. */
export function parseRoute(hash: string): Route {
  const [, place, case_id, page] = hash.replace(/^#/, '').split('/');
  if (place !== 'case' || case_id === undefined || case_id === '') return { name: 'list', case_id: null };
  return { name: CASE_PAGES.find((name) => name === page) ?? 'card', case_id };
}

export const route = createStore<Route>({ name: 'list', case_id: null });

export function startRoute(): void {
  const read = (): void => {
    route.set(parseRoute(location.hash));
    window.scrollTo(0, 0);
  };
  window.addEventListener('hashchange', read);
  read();
}

export function go(path: string): void {
  location.hash = `/${path}`;
}
