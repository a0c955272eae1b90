export { consolePlugin } from './api/plugin.ts';
export type {
  Advice,
  ConsoleDependencies,
  ConsoleSettings,
  DemoPerson,
  IdentityReader,
  PrecinctName,
  PrecisionReader,
  Stations,
} from './api/dependencies.ts';
export type { ConsoleContext } from './api/context.ts';
export { openConsole, type Connections, type Console, type ConsoleOptions } from './open.ts';
export type { Audit, OpenAudit } from './api/audit/audit.ts';
export { verifyAuditFolder } from './api/audit/audit-log.ts';
export { migrateAudit } from './api/audit/audit-tables.ts';
export { postgresAudit, verifyAudit, type PostgresAuditOptions } from './api/audit/postgres-audit.ts';
export type { AuditVerdict } from './api/audit/entry.ts';
export type { Database } from '@yujing/runtime';
export type * from './api/views.ts';
export { CONSOLE_SETTINGS, consoleSettings } from './config.ts';
export { CONSOLE_METRICS, type ConsoleMetrics } from './metrics.ts';
export { runUsersCommand, type UsersIo } from './api/security/users/users-command.ts';
export { askSecret, readPiped } from './api/security/users/terminal.ts';
