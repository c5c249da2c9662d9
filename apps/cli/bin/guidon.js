#!/usr/bin/env node
// npm links a command only if its target exists at install time, so this file is committed and loads the build.
try {
  await import('../dist/index.js');
} catch (error) {
  if (error?.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes('dist/index.js')) {
    console.error(
      'guidon: the command is not built yet. Run `npm run build` in the checkout, then try again.',
    );
    process.exit(2);
  }
  throw error;
}
