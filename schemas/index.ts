export * from './generated/types.ts';
export * from './generated/schemas.ts';
export * from './topics/topics.ts';
export * from './complete.ts';
