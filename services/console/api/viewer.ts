import type { Case, Order, Role as RecordRole } from '@yujing/schemas';
import type { Role } from './views.ts';

/** Who asks. */
export interface Viewer {
  readonly user: string;
  readonly role: Role;
  readonly precinct: string | null;
}

export const ROLES: readonly Role[] = ['officer', 'analyst', 'commander', 'admin'];

/** The role under which a command stands in the log. */
export const RECORD_ROLE: Readonly<Record<Role, RecordRole>> = {
  officer: 'station',
  analyst: 'analyst',
  commander: 'commander',
  admin: 'auditor',
};

/** Everybody but officers works for the whole installation. */
export function seesAll(viewer: Viewer): boolean {
  return viewer.role !== 'officer';
}

/** An officer sees his precinct's cases and those he has an order in. The same rule in SQL: views/read/scope.ts. */
export function maySee(viewer: Viewer, record: Pick<Case, 'precinct' | 'officer'>, orders: readonly Order[]): boolean {
  if (seesAll(viewer)) return true;
  if (viewer.precinct !== null && record.precinct === viewer.precinct) return true;
  return record.officer === viewer.user || orders.some((order) => order.officer === viewer.user);
}
