import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { load } from '@guidon/engine/load';
import type { Snapshot } from '@guidon/engine/model';
import { type DeclaredNames, type FileKind, jsonSchemas } from '@guidon/engine/schema';
import { findFlagsFolder } from '../checkout/find-flags-folder.js';
import { readFlagsFolder } from '../checkout/read-flags-folder.js';
import { repositoryTop } from '../checkout/repository-top.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { printable } from '../output/paint.js';

interface SchemaOptions {
  readonly write?: true;
  readonly dir?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon schema --write          for completion and help in an editor: writes .guidon/schemas and .vscode/settings.json
  guidon schema flag             prints one schema (flag, project, segment or test); without a kind all four

The files that --write makes know the project's environments, teams, attributes and the like; write them again when those
change. Any editor with a YAML language server reads them; where there are no settings, a first line in a file does it:
# yaml-language-server: $schema=../.guidon/schemas/flag.schema.json
`;

export function addSchema({ program, io, finish }: CommandSetup): void {
  program
    .command('schema [kind]')
    .description('print or write the JSON Schemas of flag, project, segment and test files')
    .option('--write', 'write them where an editor finds them')
    .option('--dir <dir>', 'with --write: the flags folder (default: found from here)')
    .option('--json', 'accepted like everywhere; a schema is JSON in any case')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (kind: string | undefined, options: SchemaOptions) => {
      if (options.write !== true) print(kind, io);
      else if (kind === undefined) await writeAll(options, io);
      else throw new CliError('--write writes all kinds; leave the kind out.', { usage: true });
      finish(0);
    });
}

function print(kind: string | undefined, io: Io): void {
  const schemas: { readonly [kind: string]: object } = jsonSchemas();
  if (kind !== undefined && !Object.hasOwn(schemas, kind)) {
    throw new CliError(`There is no kind of file ${kind}; choose ${Object.keys(schemas).join(', ')}.`, {
      usage: true,
    });
  }
  io.out(`${JSON.stringify(kind === undefined ? schemas : schemas[kind], null, 2)}\n`);
}

async function writeAll(options: SchemaOptions, io: Io): Promise<void> {
  const folder = findFlagsFolder(io, options.dir);
  const top = await repositoryTop(folder);
  // Without a repository the folder would hold what does not belong in it.
  const home = top === folder ? dirname(folder) : top;
  const { snapshot } = load({ files: readFlagsFolder(folder), nowMs: io.now() });
  const schemas = jsonSchemas(snapshot === undefined ? undefined : namesOf(snapshot));
  const written = Object.entries(schemas).map(([kind, schema]) => {
    const path = join(home, schemaPath(kind as FileKind));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
    return path;
  });
  const settings = join(home, '.vscode', 'settings.json');
  const content = { 'yaml.schemas': editorSchemas(relative(home, folder).split(sep).join('/')) };
  const isFree = !existsSync(settings);
  if (isFree) {
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, `${JSON.stringify(content, null, 2)}\n`);
    written.push(settings);
  }
  report({ written: written.map((path) => relative(io.cwd, path)), content, settings, isFree, options }, io);
}

function schemaPath(kind: FileKind): string {
  return `.guidon/schemas/${kind}.schema.json`;
}

/** Which files each schema is for, as the YAML extension of an editor has it. */
function editorSchemas(flags: string): { readonly [schema: string]: readonly string[] } {
  const not = (pattern: string) => `!${flags}/${pattern}`;
  return {
    [schemaPath('project')]: [`${flags}/guidon.yaml`],
    [schemaPath('segment')]: [`${flags}/segments/*.yaml`],
    [schemaPath('test')]: [`${flags}/**/*.test.yaml`],
    [schemaPath('flag')]: [
      `${flags}/**/*.yaml`,
      not('guidon.yaml'),
      not('segments/*.yaml'),
      not('**/*.test.yaml'),
    ],
  };
}

function namesOf({ project, segments }: Snapshot): DeclaredNames {
  return {
    environments: project.environments.map(({ id }) => id),
    teams: [...project.teams.keys()],
    tags: project.tags,
    plans: [...project.plans.keys()],
    segments: [...segments.keys()],
    attributes: project.attributes,
  };
}

interface Written {
  readonly written: readonly string[];
  readonly content: object;
  readonly settings: string;
  /** Nothing stood in the way of the settings. */
  readonly isFree: boolean;
  readonly options: SchemaOptions;
}

function report({ written, content, settings, isFree, options }: Written, io: Io): void {
  if (options.json === true) {
    io.out(`${JSON.stringify({ written, ...(isFree ? {} : { settings: content }) }, null, 2)}\n`);
    return;
  }
  for (const path of written) io.out(`+ ${printable(path)}\n`);
  if (isFree) return;
  io.out(`\n${printable(relative(io.cwd, settings))} is there already, so add this to it:\n`);
  io.out(`${JSON.stringify(content, null, 2)}\n`);
}
