import { error, warning } from './finding-code-entry.js';

/** What one file does to another, and what a revision takes away from the one before. */
export const REVISION_CODES = {
  'breaks-other-file': error(
    'A change that breaks another file',
    'The other file is served as it is, so the change would alter or break its flag.',
    'Change both files in one commit.',
  ),
  'delete-live-flag': error(
    'A flag is deleted that is not archived',
    'Applications would fall to their coded defaults without warning.',
    'Archive it first, and delete it once no code asks for it. A revert of the commit that added it passes while it is as it came.',
  ),
  'key-used-again': error(
    'A new flag with the key of a deleted one',
    'Code that was forgotten would take the new flag for the old one.',
    'Choose another key, or bring back the file as it was and change it in a later commit.',
  ),
  'mass-change': warning(
    'A commit that removes a large share at once',
    'That is more often an accident than a decision, so the revision is held until somebody accepts it.',
    'Accept the revision if it is meant; otherwise revert the commit.',
  ),
  'stands-on-frozen': warning(
    'Files that depend on one that was refused',
    'They are judged and served with its last good version, not with what the commit says.',
    'Mend the refused file; nothing has to be done to the others.',
  ),
  'frozen-with-flag': warning(
    'Tests whose flag was refused',
    'Tests of another version of the flag would prove nothing.',
    'Mend the flag; nothing has to be done to the tests.',
  ),
  'file-deleted': warning(
    'A file is deleted',
    'What it did, nothing does any more.',
    'Nothing, if it is meant; otherwise revert the commit.',
  ),
  'fewer-cases': warning(
    'A test file with fewer cases than before',
    'What they proved, nothing proves any more; a file cut short looks like this too.',
    'Nothing, if it is meant; otherwise bring the cases back.',
  ),
  'environment-unlisted': warning(
    'A flag no longer lists an environment',
    'It serves safe there; a file cut short looks like this too.',
    'Nothing, if it is meant; otherwise list the environment again.',
  ),
  'limits-changed': warning(
    'Other limits than before',
    'They guard against accidents; a file cut short looks like this too.',
    'Nothing, if it is meant; otherwise bring the old ones back.',
  ),
  'plan-loosened': warning(
    'A plan without a safeguard that it had',
    'Rollouts that begin from now on have it no more; a file cut short looks like this too.',
    'Nothing, if it is meant; otherwise bring it back.',
  ),
  'no-final-newline': warning(
    'The last line does not end',
    'A file cut short looks like this.',
    'See whether the end is missing, and end the last line.',
  ),
  'trailing-comma': warning(
    'A list or map ends with a comma',
    'Something may be missing after it.',
    'Add what is missing, or take the comma out.',
  ),
  'kept-in-spite': warning(
    'A file that has not changed no longer passes',
    'It stays live, but its next version will be refused.',
    'Mend it with its next change.',
  ),
} as const;
