import { jsonSchemas } from '@guidon/engine/schema';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';

const EXAMPLES = `
Examples:
  guidon schema flag > flag.schema.json     then, in an editor: # yaml-language-server: $schema=flag.schema.json
  guidon schema                             all four in one document
`;

export function addSchema({ program, io, finish }: CommandSetup): void {
  program
    .command('schema [kind]')
    .description('print the JSON Schema of flag, project, segment or test files')
    .option('--json', 'accepted like everywhere; the answer is JSON in any case')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action((kind: string | undefined) => {
      schema(kind, io);
      finish(0);
    });
}

function schema(kind: string | undefined, io: Io): void {
  const schemas: { readonly [kind: string]: object } = jsonSchemas();
  if (kind !== undefined && !Object.hasOwn(schemas, kind)) {
    throw new CliError(`There is no kind of file ${kind}; choose ${Object.keys(schemas).join(', ')}.`, {
      usage: true,
    });
  }
  io.out(`${JSON.stringify(kind === undefined ? schemas : schemas[kind], null, 2)}\n`);
}
