export { changedMeaning } from './changed-meaning.js';
export { type FormatResult, formatFile, formatText } from './format-text.js';
