export * from './errors/codes.ts';
export * from './errors/errors.ts';
export * from './clock/clock.ts';
export * from './codec/index.ts';
export * from './broker/broker.ts';
export * from './store/store.ts';
export type { DiskEngine, EmbeddedEngine, FlushReport, MergedRecord } from './broker/embedded/engine.ts';
export { openEmbedded, type EmbeddedOptions } from './broker/embedded/open.ts';
