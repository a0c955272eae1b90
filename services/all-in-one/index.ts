export { startYujing, type StartSettings, type Yujing } from './app.ts';
export { START_SETTINGS } from './config.ts';
export { StartError, type StartErrorCode } from './errors.ts';
export { firstDocuments } from './first-documents.ts';
export { main } from './main.ts';
export { PATH, READERS } from './path.ts';
export { startPath, type PathClient } from './path-client.ts';
export { replayFolder } from './commands/replay.ts';
export { replay, type ReplayResult } from './replay/replay.ts';
