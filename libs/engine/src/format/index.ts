export { changedMeaning } from './changed-meaning.js';
export {
  type DescribedFileChange,
  describeFileChange,
  type FileChangeWords,
  type FileTexts,
} from './describe-file-change.js';
export { type FormatResult, formatFile, formatText } from './format-text.js';
