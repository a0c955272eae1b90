/** One line of the closed list of errors: documented in docs/reference/errors.md, which a test compares with this file. */
export interface ErrorEntry {
  /** the same call may succeed later without anybody doing anything else */
  readonly retriable: boolean;
  readonly message: string;
  /** what the person who reads it should do */
  readonly action: string;
}

function entry(retriable: boolean, message: string, action: string): ErrorEntry {
  return { retriable, message, action };
}

export const BROKER_ERRORS = {
  position_out_of_range: entry(
    false,
    'the position asked for is not in the log',
    'Compare the position with the range of the partition. Below it: the records are past their retention, restore the stage from a snapshot. Above it: the log lost its tail or is another log; do not reset the position by hand.',
  ),
  partition_unknown: entry(
    false,
    'the log has no such partition',
    'Partition counts are fixed for the life of a log. Check that the process is configured for this log.',
  ),
  partitions_differ: entry(
    false,
    'the log exists with another number of partitions',
    'Set the count back. Growing a log is done offline: drain, copy the state by key, new log ids.',
  ),
  topic_missing: entry(
    false,
    'the cluster has no such topic, or it has no id yet',
    'Run `yujing setup` once before the first start: it creates the topics with all their settings.',
  ),
  broker_unsupported: entry(
    false,
    'the broker does not speak a request that is needed',
    'Run Kafka 3.9 or 4.x, or the release of Yujing that names the version of your broker.',
  ),
  login_refused: entry(
    false,
    'the broker refused the user or the password',
    'Check --broker-sasl, --broker-user and --broker-password, and that the user exists on the broker.',
  ),
  broker_refused: entry(
    false,
    'the broker refuses for a reason that does not pass',
    'Look at the reason that is named: rights of the user, settings of the topic.',
  ),
  upstream_compression: entry(
    false,
    'an upstream topic is packed in a way that is not read here',
    'Let its producer pack with lz4, gzip or snappy; zstd is read on Node 22.15 and newer. Nothing was passed over: reading goes on where it stopped.',
  ),
  upstream_position: entry(
    false,
    'the group stands behind the end of an upstream topic',
    'The topic was made anew, or lost its tail. Find out which; then read it with another --upstream-group, from its beginning if need be.',
  ),
  append_unknown: entry(
    true,
    'nothing is known about any record of the append',
    'Nothing to do: the records are sent again in order. If it lasts, look at the health of the broker.',
  ),
  record_too_large: entry(
    false,
    'a record is larger than the log takes',
    'The codec refuses such records first; a producer that gets here by-passed it.',
  ),
  no_space: entry(
    true,
    'the disk is full',
    'Free space on the disk of the data folder. Nothing was answered or shown that is not on disk; work goes on by itself after the next successful write.',
  ),
  write_failed: entry(
    true,
    'writing to the disk failed',
    'Look at the cause and at the machine log; a disk that fails to sync should be replaced. Nothing was answered or shown that is not on disk.',
  ),
  connection_lost: entry(
    true,
    'the connection to the broker or store was lost',
    'Nothing to do: it is tried again. If it lasts, look at the other side.',
  ),
  closed: entry(
    false,
    'the broker or store is closed',
    'The process is stopping; a call came after its part was closed.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export const STORE_ERRORS = {
  entity_too_large: entry(
    false,
    'an entity is larger than the bound of 32 kB',
    'A cap of the stage does not hold. Report the stage and the size; the entity stays as it was.',
  ),
  store_failed: entry(
    true,
    'the store did not answer',
    'It is tried again. If it lasts, look at the health of the store.',
  ),
  store_memory_full: entry(
    true,
    'the memory of the store is full',
    'Give Redis more memory (`maxmemory`), or move the installation to a larger machine. The commit was refused as a whole and nothing is torn; work goes on by itself as soon as there is room. Never let Redis evict.',
  ),
  store_cannot_persist: entry(
    true,
    'the store refuses to write because it cannot save to its disk',
    'Free space on the disk of Redis and look at its log (MISCONF). Nothing is torn; work goes on by itself when it can save again.',
  ),
  store_not_ready: entry(
    true,
    'the store answers but cannot serve now',
    'Nothing to do while it loads, fails over or moves keys: it is tried again. If it lasts, look at the roles of the servers (the answer names its reason).',
  ),
  store_access_denied: entry(
    false,
    'the store refuses this user',
    'Check user and password in the address of Redis and the rights of the user: the ACL line in services/runtime/store/redis/README.md is what is needed.',
  ),
  store_unreachable: entry(
    false,
    'nobody answers at the address of the store',
    'Check the address, that the server runs, and that the network lets this machine reach it; TLS needs rediss://.',
  ),
  store_evicts: entry(
    false,
    'the store would throw state away when its memory is full',
    'Set `maxmemory-policy noeviction` on every Redis server of the installation and start again.',
  ),
  snapshot_damaged: entry(
    false,
    'a snapshot is damaged or not whole',
    'Nothing was restored from it. Use the snapshot before it; look at the disk it lay on.',
  ),
  snapshot_empty: entry(
    false,
    'there is nothing to take a snapshot of',
    'The store holds no slot of this installation. Check the name of the installation and the address of Redis; if the state was lost, restore the newest snapshot with `yujing restore`.',
  ),
  slot_not_empty: entry(
    false,
    'the store already holds state where the snapshot is to go',
    'To go back on purpose, stop all stages and run `yujing restore` with `--replace`; what was committed since the snapshot is computed again from the logs.',
  ),
  state_lost: entry(
    false,
    'the store is empty although this stage has read its log before',
    'Restore the store from its newest snapshot with `yujing restore`; positions are inside. Do not start from the beginning of the log: what was said would be said again.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export const STAGE_ERRORS = {
  behaviour_newer: entry(
    false,
    'the log goes on with a newer behaviour than this release has',
    'Start the new release; this one has committed everything before that record.',
  ),
  behaviour_older: entry(
    false,
    'a stretch of the log was written for an older behaviour',
    'Drain the log with the release that the error names, then start this one.',
  ),
  stage_handler_failed: entry(
    false,
    'a handler threw',
    'A defect: the partition stands at the record named. Report stage, partition and offset.',
  ),
  dead_letters_exceeded: entry(
    false,
    'too many records became dead letters',
    'Look at the reasons of the dead letters; a producer changed, or a release is wrong. Re-drive them when it is put right.',
  ),
  document_unknown: entry(
    true,
    'a document named by an adoption is not in the change log',
    'It is tried again as the change log is read on. If it lasts, the change log lost its tail: restore it.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export const CONFIG_ERRORS = {
  settings_invalid: entry(
    false,
    'settings are not valid',
    'Each line names the setting, where its value came from and what is allowed. `--help` lists all settings.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export const REGISTRY_ERRORS = {
  registry_unreachable: entry(
    true,
    'the schema registry did not answer',
    'It is tried again; schemas known before stay readable from the cache. If it lasts, look at the health of the registry and at --registry.',
  ),
  registry_refused: entry(
    false,
    'the schema registry refused a request',
    'Status 401 or 403: compare --registry-user and --registry-password with what the registry expects. Otherwise look at the reason given and at the log of the registry.',
  ),
  schema_not_registered: entry(
    false,
    'the schema registry does not hold the schemas of this release',
    'Run `yujing setup` of this release once; it registers them. A registry that held them before has lost them: restore it first, since the ids in the logs are its ids.',
  ),
  schema_incompatible: entry(
    false,
    'two versions of a schema cannot read each other',
    'Change the schema so that the fields named are compatible both ways: a new field has a default, a field that goes had one, a type stays.',
  ),
  schema_refused: entry(
    false,
    'the schema registry refused a schema',
    'The registry holds a version that this release does not know. Look at the reason given and at the versions of the subject; set up the newer release instead.',
  ),
  compatibility_differs: entry(
    false,
    'the schema registry does not hold a subject to FULL_TRANSITIVE',
    'The setting was sent and is not what the registry answers. Give the user of the set-up the right to configure subjects, or set the subject by hand.',
  ),
  registry_differs: entry(
    false,
    'the schema registry gives other ids than it gave before',
    'It is another registry, or it lost its data and was filled anew. The logs hold the ids of before: point --registry back, or restore it from its backup. Do not remove the cache of schemas.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export const DATA_FOLDER_ERRORS = {
  folder_in_use: entry(
    false,
    'the data folder is in use by another process',
    'Stop that process, or choose another data folder. If no such process runs, remove the file `lock` in the folder.',
  ),
  folder_version: entry(
    false,
    'the data folder was written by another version of the format',
    'Start the release that wrote it, or convert the folder with the tool named in the release notes.',
  ),
  folder_not_usable: entry(
    false,
    'the data folder cannot be created, read or written',
    'Give the user of this process the right to write there, or choose another data folder.',
  ),
  log_corrupt: entry(
    false,
    'a log file is damaged before its committed length',
    'The disk or somebody changed the file. Stop, keep a copy of the folder, restore it from the newest backup.',
  ),
  log_shorter: entry(
    false,
    'a log file is shorter than its committed length, or missing',
    'The disk lost data that was synced, or a file was removed. Stop, keep a copy of the folder, restore it from the newest backup.',
  ),
  state_missing: entry(
    false,
    'the data folder holds logs but its state is missing or cannot be read',
    'Restore the folder as a whole from the newest backup; logs and state belong together.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export const DATABASE_ERRORS = {
  database_unreachable: entry(
    true,
    'the database cannot be reached, or the connection was lost',
    'It is tried again. What was under way is done wholly or not at all, and is looked up. If it lasts, look at the server and the network.',
  ),
  database_ended: entry(
    true,
    'the thread of the database has ended',
    'It is opened again. If it lasts, look at what the log says of its end; memory is the usual reason.',
  ),
  database_conflict: entry(
    true,
    'another process was in the way of a transaction',
    'Nothing to do: nothing of it was done, and it is tried again.',
  ),
  database_too_slow: entry(
    true,
    'a statement took longer than its limit',
    'It is tried again. If it lasts, look at the load of the database and at what holds locks.',
  ),
  database_not_writing: entry(
    true,
    'the database does not take changes now',
    'Its disk or memory is full, or it is a replica. Nothing was answered that is not written; work goes on by itself after the next success.',
  ),
  database_not_usable: entry(
    false,
    'the database does not let this process in',
    'Check address, name of the database, user, password, rights and certificates.',
  ),
  database_statement_failed: entry(
    false,
    'the database refused a statement',
    'A defect, or somebody changed the tables. Report the state.',
  ),
  database_rows_differ: entry(
    false,
    'a statement met another number of rows than it must',
    'Another process was faster; whoever asked looks again. Nothing of the transaction was done.',
  ),
  database_not_set_up: entry(
    false,
    'the database has no tables of this installation, or those of an older release',
    'Run `yujing setup`.',
  ),
  database_newer: entry(
    false,
    'the tables of the database belong to a newer release',
    'Start that release. A newer one can read older tables, never the other way round.',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type BrokerErrorCode = keyof typeof BROKER_ERRORS;
export type StoreErrorCode = keyof typeof STORE_ERRORS | 'connection_lost' | 'closed' | 'no_space' | 'write_failed';
export type StageErrorCode = keyof typeof STAGE_ERRORS;
export type ConfigErrorCode = keyof typeof CONFIG_ERRORS;
export type RegistryErrorCode = keyof typeof REGISTRY_ERRORS;
export type DataFolderErrorCode = keyof typeof DATA_FOLDER_ERRORS;
export type DatabaseErrorCode = keyof typeof DATABASE_ERRORS | 'closed';

export const ERRORS = {
  ...BROKER_ERRORS,
  ...STORE_ERRORS,
  ...STAGE_ERRORS,
  ...CONFIG_ERRORS,
  ...REGISTRY_ERRORS,
  ...DATA_FOLDER_ERRORS,
  ...DATABASE_ERRORS,
} as const;
export type ErrorCode = keyof typeof ERRORS;
