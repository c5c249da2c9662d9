import { readCheckoutFlags } from '../checkout/checkout-flag.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { exportDocument } from '../output/export-document.js';
import { printable } from '../output/paint.js';

const EXAMPLES = `
Examples:
  guidon export > flags.json                   every flag, segment and declaration
  guidon export | jq '.flags[] | select(.owner == "payments") | .key'

Other tools should read this rather than the YAML, in which older readers take on, off and NO for true and false. The
shape is described in docs/export.md. Files with errors are left out, named under "refused", and make the exit code 1.
`;

export function addExport({ program, io, finish }: CommandSetup): void {
  program
    .command('export [dir]')
    .description('print the flags as JSON for other tools')
    .option('--json', 'JSON is what it prints anyway')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action((dir: string | undefined) => finish(exportFlags(dir, io)));
}

function exportFlags(dir: string | undefined, io: Io): 0 | 1 {
  const { snapshot, errors } = readCheckoutFlags(io, dir);
  const refused = [...new Set(errors.map(({ path }) => path))];
  io.out(`${JSON.stringify(exportDocument(snapshot, refused), null, 2)}\n`);
  for (const path of refused) io.err(`guidon: left out, since it has errors: ${printable(path)}\n`);
  return refused.length === 0 ? 0 : 1;
}
