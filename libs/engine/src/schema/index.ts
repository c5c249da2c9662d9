export { OPERATOR_NAMES, RESERVED_WORDS } from './condition-schema.js';
export type { DeclaredNames } from './declared-schema.js';
export { FINDING_CODES, type FindingCode, type FindingCodeEntry } from './finding-codes.js';
export { WAIVABLE_CODES, type WaivableCode } from './flag-schema.js';
export { FILE_SCHEMAS, type FileKind, jsonSchemas } from './json-schemas.js';
