export { type EditedFiles, editFiles, type FlagFiles } from './edit-files.js';
export { editFlag } from './edit-flag.js';
export { editTests, type TestsEdit } from './edit-tests.js';
export type { Edited, EditResult, FlagEdit, Refusal, RefusalCode } from './flag-edit.js';
