/** One thing that happens in the session: words for the reader, a command of ours or of git, or an edit by hand. */
export type Step =
  | { readonly tell: string }
  | { readonly run: readonly string[]; readonly answers?: readonly string[] }
  | { readonly git: readonly (readonly string[])[] }
  | { readonly edit: string; readonly from: string; readonly to: string };

/** What somebody does who meets Guidon for the first time, in an empty folder. */
export const SESSION: readonly Step[] = [
  {
    tell: `# First flags

What the commands say to somebody who begins in an empty folder. Every line below a \`$\` is what the command really printed:
a test plays the whole session again and compares.

## A folder of flags`,
  },
  { git: [['init', '--quiet', '.']] },
  { run: ['init', '--project', 'shop', '--team', 'checkout', '--email', 'ada@acme.example'] },
  {
    tell: `\`guidon.yaml\` declares what flags may name; one file is one flag, and its tests lie beside it. Nothing is ever written over:
a second \`init\` names what is in the way.`,
  },
  { run: ['lint'] },
  { run: ['test', '--coverage'] },
  { run: ['eval', 'hello-guidon'] },
  {
    git: [
      ['add', '.'],
      ['commit', '--quiet', '-m', 'Begin with flags'],
    ],
  },
  {
    tell: `## A flag of your own

On a terminal \`new\` asks for what it must know; in a script the options say it. An answer that will not do is asked for again.`,
  },
  {
    run: ['new', 'one-click', '--folder', 'checkout'],
    answers: [
      'release',
      'chekout',
      'checkout',
      'Buy with one click',
      '2027-03-01',
      'on,off',
      'off',
      'development',
    ],
  },
  { run: ['lint'] },
  {
    git: [
      ['add', '.'],
      ['commit', '--quiet', '-m', 'Add one-click'],
    ],
  },
  {
    tell: `## A slip of the hand

Everything that a flag names is declared, so a typo is an error with its place, the reason and the way out.`,
  },
  { edit: 'flags/checkout/one-click.yaml', from: 'staging: off', to: 'stagging: off' },
  { run: ['lint'] },
  { edit: 'flags/checkout/one-click.yaml', from: 'stagging: off', to: 'staging: off' },
  {
    tell: `## Somebody gets it first

A rule for the people in Norway, written in a hurry: the keys in no good order, and the test not thought of.`,
  },
  {
    edit: 'flags/checkout/one-click.yaml',
    from: '  production: off\n',
    to: `  production:
      rules:
      - serve: on   # they asked for it
        when: {country: NO}
        id: norway
      serve: off
`,
  },
  { run: ['fmt', '--check', '--diff'] },
  { run: ['fmt'] },
  {
    edit: 'flags/checkout/one-click.test.yaml',
    from: 'cases:\n',
    to: `cases:
  - name: is on in Norway
    context: { targetingKey: u-1, country: NO }
    expect: { production: { variant: on, rule: norway } }

  - name: is off next door
    context: { targetingKey: u-1, country: SE }
    expect: { production: on }

`,
  },
  { run: ['test', 'flags/checkout'] },
  {
    tell: `The second case is wrong, not the flag: the line says what came and what decided.`,
  },
  {
    edit: 'flags/checkout/one-click.test.yaml',
    from: 'expect: { production: on }',
    to: 'expect: { production: off }',
  },
  { run: ['test', 'flags/checkout', '--coverage'] },
  {
    tell: `## What a reviewer sees

Not lines of YAML but who gets what else, in sentences, and whether anything stands in the way.`,
  },
  { run: ['plan'] },
  {
    tell: `## Help while you write

With the schemas in place an editor completes fields and names, explains them on hover, and marks what is wrong.`,
  },
  { run: ['schema', '--write'] },
  {
    tell: `## Then

Commit, and open a pull request: the workflow that \`init\` wrote runs the same commands there.`,
  },
];
