import { error } from './finding-code-entry.js';

/** Paths, bytes and YAML: what is wrong before anything is known about flags. */
export const FILE_CODES = {
  'unexpected-file': error(
    'A file that does not belong under the flags folder',
    'A flag with a wrong ending would silently not exist.',
    'Name it <key>.yaml, <key>.test.yaml or segments/<key>.yaml, or move it out of the flags folder.',
  ),
  'unsafe-path': error(
    'A path that leaves the flags folder, looks as if it did, or cannot be shown',
    'Whoever checks the repository out could be made to write elsewhere, and a reader cannot tell such names apart.',
    'Rename the file: letters, digits, dots, dashes and underscores are safe everywhere.',
  ),
  'not-a-regular-file': error(
    'A symbolic link, a submodule or a Git LFS pointer',
    'Its content is not in the revision, so what is reviewed is not what would be served.',
    'Commit the file itself.',
  ),
  'bad-flag-key': error(
    'A file name that is no flag key',
    'The file name is the key that applications ask for.',
    'Use a letter or digit, then up to 127 letters, digits, ".", "_" or "-".',
  ),
  'duplicate-key': error(
    'Two flag files with one key',
    'Only one of them could be served, and which one would depend on chance.',
    'Rename or delete one of the files; keys differ in more than upper and lower case.',
  ),
  'test-without-flag': error(
    'A test file without its flag beside it',
    'Its cases would never run.',
    'Move it into the folder of its flag, or delete it.',
  ),
  'file-too-large': error(
    'A file beyond the size limit',
    'Large files slow every load down.',
    'Move lists into segments or out of the flags.',
  ),
  'too-many-flags': error(
    'More flags than a project may have',
    'A load must stay a matter of seconds.',
    'Archive and delete flags that are done.',
  ),
  'too-many-files': error(
    'A flags folder with more files than are read',
    'A load must stay a matter of seconds, so nothing of the commit is used and what is live stays.',
    'Take what are no flag files out of the folder, or name the right folder (`GUIDON_GIT_PATH`).',
  ),
  'not-utf8': error(
    'Bytes that are not UTF-8',
    'Text would be read differently by different tools.',
    'Save the file as UTF-8.',
  ),
  'torn-text': error(
    'Text with a zero byte or half of a character in it',
    'It cannot be written as UTF-8, hashed or stored, so no two programs would see the same.',
    'Remove the escape, or write the whole character.',
  ),
  'too-deep': error(
    'Nesting beyond the limit',
    'Deep nesting exhausts the reader and the reviewer.',
    'Split the condition into segments.',
  ),
  'conflict-marker': error(
    'A merge that was not finished',
    'Both sides of the conflict stand in the file, and nobody has said which one holds.',
    'Choose a side or write both into one, and remove the lines with <<<<<<<, ======= and >>>>>>>.',
  ),
  'yaml-syntax': error(
    'Not readable as YAML',
    'A parser that guesses would serve something that nobody wrote.',
    'Look at this line and the one before for a missing quote, bracket or indent.',
  ),
  'multiple-documents': error(
    'More than one document in a file',
    'All but the first would be ignored.',
    'Keep one document and remove the "---" in between.',
  ),
  'alias-or-anchor': error(
    'An anchor or an alias',
    'What a flag serves must stand in the flag, not behind a pointer.',
    'Write the value out.',
  ),
  'explicit-tag': error(
    'A YAML tag',
    'Tags change what a value is, and unknown ones empty it.',
    'Remove the tag, quote the text if need be.',
  ),
  directive: error('A YAML directive', 'Directives change how the rest is read.', 'Remove the line.'),
  'repeated-key': error(
    'A key that occurs twice in one map',
    'One of the two would silently win.',
    'Keep one of them.',
  ),
  'key-not-text': error(
    'A key that is not text',
    'Numbers, true, false and null are no names.',
    'Use a name that begins with a letter.',
  ),
  'bad-name': error(
    'A name in a wrong form',
    'Names begin with a letter, so that none can be taken for a number or a mark.',
    'Use a letter, then letters, digits, ".", "_" or "-".',
  ),
  blank: error(
    'A blank or null value',
    'A blank field once crashed every reader of a policy.',
    'Write a value or remove the line.',
  ),
  'empty-collection': error(
    'An empty map or list',
    'It says nothing, and it is easily mistaken for "all" or "none".',
    'Fill it or remove it.',
  ),
  'number-spelling': error(
    'A number that is not written as JSON prints it',
    'It would be read as another number, or as one where text was meant.',
    'Put it in quotes if it is text, else write the plain number.',
  ),
  'needs-quotes': error(
    'Text that needs quotes',
    'Unquoted, it is easily a lost quote or comma, or read as something else by other tools.',
    'Put it in quotes.',
  ),
  'comment-space': error(
    'A comment that does not begin with "# "',
    'Text behind a lost quote would vanish as a comment.',
    'Write "# " or quote the text.',
  ),
  'text-over-lines': error(
    'Unquoted text that runs over several lines',
    'A slipped indent joins lines that were meant to be apart.',
    'Keep it on one line, quote it, or use a ">" block.',
  ),
  'unknown-key': error(
    'A key that does not exist here',
    'A typo would silently switch a rule or a limit off.',
    'Correct or remove the key.',
  ),
  'missing-field': error(
    'An obligatory field is missing',
    'There are no defaults that nobody wrote.',
    'Add the field.',
  ),
  'wrong-type': error(
    'A value of the wrong type',
    'Nothing is converted silently.',
    'Write the type that is asked for; quote text that looks like a number or true.',
  ),
  'unknown-value': error(
    'A value that is not one of those allowed',
    'A typo would be taken for a choice.',
    'Use one of the values listed.',
  ),
  'bad-format': error(
    'A value in a wrong form',
    'It could not be read without guessing.',
    'Write it in the form shown.',
  ),
  'out-of-range': error(
    'A value outside its range',
    'It could not be honoured.',
    'Choose a value inside the range.',
  ),
  'cannot-read': error(
    'The file could not be read',
    'The loader met something that it did not expect; the last good version stays.',
    'Please report it with the file.',
  ),
} as const;
