/** What the command answers to the shell: fine, found something or failed, called in a wrong way. */
export type ExitCode = 0 | 1 | 2;

/**
 * The one error that commands throw on purpose: a clear sentence for a person, never a stack trace.
 * `usage` says that the call itself was wrong (exit 2); everything else is exit 1.
 */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly details: readonly string[];
  /** Of the server's answer, where it answered. */
  readonly status: number | undefined;

  constructor(
    sentence: string,
    options: { usage?: boolean; code?: string; details?: readonly string[]; status?: number } = {},
  ) {
    super(sentence);
    this.name = 'CliError';
    this.exitCode = options.usage === true ? 2 : 1;
    this.code = options.code ?? (options.usage === true ? 'usage' : 'failed');
    this.details = options.details ?? [];
    this.status = options.status;
  }
}
