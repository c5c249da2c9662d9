/** What a machine may lack; `GUIDON_TEST_REQUIRE` names, separated by commas, what may not be lacking. */
export type Requirement = 'postgres' | 'chromium' | 'ssh-keygen' | 'promtool';

export function isRequired(what: Requirement): boolean {
  return (process.env.GUIDON_TEST_REQUIRE ?? '').split(',').some((name) => name.trim() === what);
}

/**
 * Says loudly that something is missing, on the process's own error stream, since jest folds away what goes through the
 * console. Throws when it is required, so that no test is skipped where nothing may be skipped.
 */
export function reportMissing(what: Requirement, why: string): void {
  if (isRequired(what))
    throw new Error(`GUIDON_TEST_REQUIRE names ${what}, but none can be had on this machine: ${why}`);
  process.stderr.write(
    `\n*** SKIPPED: tests that need ${what} do not run here. ${why}\n*** The README's section "The whole suite" says what to install.\n\n`,
  );
}
