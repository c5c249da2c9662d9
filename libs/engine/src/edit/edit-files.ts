import { editFlag } from './edit-flag.js';
import { editTests } from './edit-tests.js';
import { type FlagEdit, type Refusal, refuse } from './flag-edit.js';
import { readSource } from './source.js';

/** A flag's file and, where there is one, the file of its tests. */
export interface FlagFiles {
  readonly flag: string;
  readonly tests?: string;
}

export interface EditedFiles extends FlagFiles {
  readonly lostComments: readonly string[];
}

/**
 * An edit together with what the flag's own tests have to expect after it, so that the change is not refused for them: a
 * flag whose tests fail is a bad file. `tests` is there only where it changes.
 */
export function editFiles(files: FlagFiles, edit: FlagEdit): EditedFiles | Refusal {
  const edited = editFlag(files.flag, edit);
  if ('refused' in edited) return edited;
  const { text: flag, lostComments } = edited;
  const expected = expectedAfter(files.flag, edit);
  if (files.tests === undefined || expected === undefined) return { flag, lostComments };
  const tests = editTests(files.tests, { cases: 'all', ...expected });
  if ('refused' in tests) {
    if (tests.code === 'nothing-to-change') return { flag, lostComments };
    return refuse(tests.code, `The flag's tests: ${tests.refused}`);
  }
  return { flag, tests: tests.text, lostComments: [...lostComments, ...tests.lostComments] };
}

/** What every case expects after an edit; undefined where only a person can tell. */
function expectedAfter(text: string, edit: FlagEdit) {
  if (edit.kind === 'archive')
    return { environments: 'all', variant: edit.serve, withoutStage: true } as const;
  if (edit.kind !== 'kill') return undefined;
  const source = readSource(text, 'flag');
  if ('why' in source) return undefined;
  const { safe } = source.data as unknown as { safe: string };
  return { environments: edit.environments, variant: safe } as const;
}
