import type { SourceFile } from '../../src/model/index.js';
import { fieldEdits } from './field-edits.js';

/** One thing done to one file of a good project. */
export interface Breakage {
  /** What is counted together, such as `truncated` or `blank: null`. */
  readonly kind: string;
  /** The file that it is done to. */
  readonly path: string;
  /** Of the field, where it is done to a field. */
  readonly pointer?: string;
  /** Where in the text, or what name; for messages. */
  readonly detail: string;
  /** What stands in the file's place: nothing, or the file otherwise. */
  readonly after: readonly SourceFile[];
}

/** Every breakage of every file: fields, deletion, renames, torn ends, tree entries, encodings, YAML's dark corners. */
export function everyBreakage(files: readonly SourceFile[]): Breakage[] {
  return files.flatMap((file) => [
    ...brokenFields(file),
    ...moves(file),
    ...tornEnds(file),
    ...entries(file),
    ...contents(file),
  ]);
}

/** The project with one breakage in it. */
export function broken(files: readonly SourceFile[], breakage: Breakage): SourceFile[] {
  return files.flatMap((file) => (file.path === breakage.path ? breakage.after : [file]));
}

let blobs = 0;

/** A file whose blob id is its own, as that of other bytes is in Git. */
function withBytes(file: SourceFile, bytes: Uint8Array): SourceFile {
  blobs += 1;
  return { ...file, bytes, blob: `broken-${blobs}` };
}

function withText(file: SourceFile, text: string): SourceFile {
  return withBytes(file, new TextEncoder().encode(text));
}

function textOf(file: SourceFile): string {
  return new TextDecoder().decode(file.bytes);
}

function brokenFields(file: SourceFile): Breakage[] {
  return fieldEdits(textOf(file)).map(({ kind, pointer, text }) => ({
    kind,
    path: file.path,
    pointer,
    detail: pointer,
    after: [withText(file, text)],
  }));
}

function moves(file: SourceFile): Breakage[] {
  const { path } = file;
  const slash = path.lastIndexOf('/') + 1;
  const [folder, name] = [path.slice(0, slash), path.slice(slash)];
  const to = (kind: string, renamed: string): Breakage => ({
    kind,
    path,
    detail: renamed,
    after: [{ ...file, path: renamed }],
  });
  const ending = name.endsWith('.test.yaml') ? '.test.yaml' : '.yaml';
  return [
    { kind: 'deleted', path, detail: path, after: [] },
    to('renamed: another key', `${folder}${name.slice(0, -ending.length)}-2${ending}`),
    to('renamed: upper case', folder + name.slice(0, 1).toUpperCase() + name.slice(1)),
    to('renamed: .yml', path.replace(/\.yaml$/, '.yml')),
    to('renamed: no ending', path.replace(/\.yaml$/, '')),
    to('renamed: another folder', `elsewhere/${name}`),
    to('renamed: into segments', `segments/deep/${name}`),
    to('renamed: a space', `${folder} ${name}`),
  ];
}

function tornEnds(file: SourceFile): Breakage[] {
  const found: Breakage[] = [];
  for (let at = 0; at < file.bytes.length; at += 10) {
    const after = [withBytes(file, file.bytes.slice(0, at))];
    found.push({ kind: 'truncated', path: file.path, detail: `after ${at} bytes`, after });
  }
  return found;
}

function entries(file: SourceFile): Breakage[] {
  const { path } = file;
  const target = new TextEncoder().encode('../elsewhere.yaml');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
  const put = (kind: string, after: SourceFile): Breakage => ({ kind, path, detail: kind, after: [after] });
  return [
    put('symbolic link', { ...withBytes(file, target), entry: 'symlink' }),
    put('submodule', { ...withBytes(file, new Uint8Array()), entry: 'submodule' }),
    put('executable', { ...file, entry: 'executable' }),
    put('LFS pointer', withText(file, pointer)),
  ];
}

function contents(file: SourceFile): Breakage[] {
  const { path } = file;
  const text = textOf(file);
  const body = text.replace(/^(#.*\n)+/, '');
  const [first] = body.split('\n') as [string];
  const end = text.length - body.length + first.length;
  const firstLineAs = (line: string) => text.slice(0, end - first.length) + line + text.slice(end);
  const [key] = first.split(':') as [string];
  const put = (kind: string, after: SourceFile): Breakage => ({ kind, path, detail: kind, after: [after] });
  return [
    put('not UTF-8', withBytes(file, Uint8Array.from([...file.bytes, 0x23, 0x20, 0xff, 0xfe, 0x0a]))),
    put('UTF-16', withBytes(file, utf16(text))),
    put('a NUL', withBytes(file, Uint8Array.from([...file.bytes, 0]))),
    put('anchor', withText(file, firstLineAs(first.replace(': ', ': &a ').replace(/:$/, ': &a')))),
    put('alias', withText(file, `${text}extra: *a\n`)),
    put('tag', withText(file, firstLineAs(first.replace(': ', ': !!str ').replace(/:$/, ': !tagged')))),
    put('merge key', withText(file, `${text}<<: { owner: nobody }\n`)),
    put('key twice', withText(file, `${text}${key}: again\n`)),
    put('unknown key', withText(file, `${text}surprise: true\n`)),
    put('two documents', withText(file, `${text}---\n${text}`)),
    put('a directive', withText(file, `%YAML 1.2\n---\n${text}`)),
    put('over 1 MiB', withText(file, `${text}# ${'x'.repeat(1_048_576)}\n`)),
    put('nested 1,000 deep', withText(file, `${text}deep: ${'['.repeat(1_000)}${']'.repeat(1_000)}\n`)),
    put('a billion laughs', withText(file, `${text}${laughs()}`)),
    put('a conflict marker', withText(file, `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> other\n`)),
    put('prose', withText(file, 'This is not a flag.\n')),
    put('a list', withText(file, '- one\n- two\n')),
  ];
}

function utf16(text: string): Uint8Array {
  return Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((letter) => [letter.charCodeAt(0) & 0xff, 0])]);
}

function laughs(): string {
  const lines = ['l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]'];
  for (let level = 1; level < 10; level++) {
    lines.push(`l${level}: &l${level} [${Array.from({ length: 9 }, () => `*l${level - 1}`).join(', ')}]`);
  }
  return `${lines.join('\n')}\n`;
}
