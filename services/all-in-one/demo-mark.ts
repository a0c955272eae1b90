/** Marks a folder whose people are invented: real channels refuse it, and it refuses to become a real one. */
export const DEMO_MARK = 'demo.json';
