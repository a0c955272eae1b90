export * from './errors/codes.ts';
export * from './errors/errors.ts';
export * from './clock/clock.ts';
export * from './broker/broker.ts';
export * from './store/store.ts';
export * from './codec/index.ts';
export type { EmbeddedEngine, MergedRecord } from './broker/embedded/engine.ts';
