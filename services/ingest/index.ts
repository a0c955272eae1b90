export {
  DOOR_DEFAULTS,
  DOOR_SETTINGS,
  doorSettings,
  UPSTREAM_SETTINGS,
  type DoorSettings,
  type UpstreamSettings,
} from './config.ts';
export {
  DOOR_METRICS,
  doorMetrics,
  NO_METRICS,
  UPSTREAM_METRICS,
  type DoorCount,
  type DoorMetrics,
  type UpstreamMetrics,
} from './metrics.ts';
export { REFUSAL_TEXTS, type Refusal, type RefusalCode } from './event/refusal.ts';
export { classifyNumber, type NumberFacts } from './number-class/number-class.ts';
export { accountForm, FORM_OF, personForm, telForm, type ClearKind } from './identity/forms.ts';
export { domainForm } from './identity/domains.ts';
export type { Directory, IdentityStores, Vault, ClearValue } from './identity/ports.ts';
export type { HomeArea, Link, PersonEntry } from './identity/directory.ts';
export {
  createIdentityReader,
  MASK,
  maskName,
  type IdentityReader,
  type MaskedPerson,
  type OpenedPerson,
} from './identity/reader.ts';
export { tokenKey, tokenOf, type TokenKey } from './identity/tokens.ts';
export { derivedKey, KeyFileError, openKeys, type Keys } from './io/key-file.ts';
export { ApiKeyError, ApiKeys, KEY_ROLES, type ApiKey, type KeyRole, type NewKey } from './io/api-keys.ts';
export { migrateIdentity } from './io/identity-tables.ts';
export { openLevelIdentity } from './io/level-identity.ts';
export { openPostgresIdentity, type PostgresIdentityOptions } from './io/postgres-identity.ts';
export { DeadLetters, type DeadLetter } from './io/dead-letters.ts';
export { DoorBusy, Entrance, type Answer, type RefusedEvent } from './io/entrance.ts';
export { doorPlugin, type DoorDependencies } from './io/plugin.ts';
export { openDoor, type Door, type DoorOptions } from './io/door.ts';
export { runKeysCommand, type CommandIo } from './io/keys-command.ts';
export { applyMapping, type EventJson } from './mapping/apply.ts';
export type { Mapping, RowFormat } from './mapping/mapping.ts';
export { parseMapping, type ParsedMapping } from './mapping/parse.ts';
export { previewMapping, type Preview } from './mapping/preview.ts';
export type { MappingProblem } from './mapping/problems.ts';
export {
  openUpstreamSource,
  readMappingFile,
  type UpstreamSource,
  type UpstreamSourceOptions,
} from './io/upstream-source.ts';
