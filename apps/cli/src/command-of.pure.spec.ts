import { describe, expect, it } from '@jest/globals';
import { commandOf } from './command-of.js';

const cwd = '/home/ada/shop';

describe('commandOf', () => {
  it('answers npx when npm has started the command', () => {
    const script = '/home/ada/shop/node_modules/.bin/guidon';
    expect(commandOf({ script, cwd, env: { npm_command: 'exec' } })).toBe('npx --no-install guidon');
    expect(commandOf({ script, cwd, env: { npm_command: 'run-script' } })).toBe('npx --no-install guidon');
  });

  it('answers the bare name when the command was found on the PATH', () => {
    expect(commandOf({ script: '/usr/local/bin/guidon', cwd, env: {} })).toBe('guidon');
  });

  it('answers node and the script, fit for a shell, when it was run as a file', () => {
    const at = (script: string) => commandOf({ script, cwd, env: {} });
    expect(at('/home/ada/shop/apps/cli/bin/guidon.js')).toBe('node apps/cli/bin/guidon.js');
    expect(at("/home/ada/it's mine/guidon.js")).toBe("node '../it'\\''s mine/guidon.js'");
  });
});
