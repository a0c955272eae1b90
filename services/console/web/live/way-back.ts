import type { Role } from '../../api/views.ts';

const KEY = 'yujing.back';
const PAGE = /^\/(officer|analyst|commander)\/(?:[?#].*)?$/;

/** Where a person of this role goes after signing in: back to his page where he was, never to another site or page. */
export function placeAfter(role: Role, remembered: string | null): string {
  const page = PAGE.exec(remembered ?? '')?.[1];
  if (remembered !== null && page !== undefined && (page === role || role === 'admin')) return remembered;
  return role === 'admin' ? '/commander/' : `/${role}/`;
}

/** Of this tab alone, and gone with it. */
export function rememberPlace(): void {
  try {
    sessionStorage.setItem(KEY, location.pathname + location.search + location.hash);
  } catch {
    // a browser that stores nothing: the person starts on his page's first screen
  }
}

export function rememberedPlace(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function forgetPlace(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // nothing was stored either
  }
}
