// Who tells the demo: sentences with the time for people, or a line of JSON for every step.

/** `json`: for machines. Colours only on a terminal that wants them. */
export function createNarrator({ json, colours }) {
  const began = performance.now();
  const seconds = () => Number(((performance.now() - began) / 1000).toFixed(1));
  const paint = (code, text) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const print = (line) => process.stdout.write(`${line}\n`);
  return {
    json,
    seconds,
    /** A new part of the story. */
    part(name, sentence) {
      if (json) print(JSON.stringify({ at: seconds(), part: name }));
      else print(`\n${paint('1;36', `[${seconds().toFixed(1).padStart(5)} s] ${sentence}`)}\n`);
    },
    /** What a person reads beside it; machines get the figures, under the name of what they are of. */
    say(sentence, name, figures) {
      if (!json) print(wrap(sentence));
      else if (figures !== undefined) print(JSON.stringify({ at: seconds(), [name]: figures }));
    },
    lines(lines, name) {
      if (json) print(JSON.stringify({ at: seconds(), [name]: lines }));
      else
        for (const line of lines)
          print(`    ${paint(line.startsWith('+') ? 32 : line.startsWith('-') ? 31 : 2, line)}`);
    },
    command(text) {
      if (!json) print(paint('2', `  $ ${text}\n`));
    },
    object: (object) => print(JSON.stringify({ at: seconds(), ...object })),
  };
}

const COLUMNS = 100;

function wrap(sentence) {
  const lines = [''];
  for (const word of sentence.split(' ')) {
    const line = lines.at(-1);
    if (line.length + word.length + 3 > COLUMNS && line !== '') lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `  ${line}`).join('\n');
}
