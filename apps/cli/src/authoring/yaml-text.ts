/** A word that YAML reads as text in any place, brackets included. */
const PLAIN = /^[A-Za-z][A-Za-z0-9._/+-]*(@[A-Za-z0-9.-]+)?$|^\d{4}-\d{2}-\d{2}$/;
const RESERVED = /^(null|true|false|yes|no|y|n)$/i;
/** A sentence that needs no quotes behind a key of its own line. */
const SENTENCE = /^[A-Za-z][^\p{Cc}:#"'{}[\],&*!|>%@`]*[^\p{Cc}\s:#"'{}[\],&*!|>%@`]$/u;

/** Text as YAML, in quotes where it needs some. */
export function yamlText(text: string): string {
  return PLAIN.test(text) && !RESERVED.test(text) ? text : JSON.stringify(text);
}

/** The same for a text that has its line to itself. */
export function yamlSentence(text: string): string {
  return SENTENCE.test(text) ? text : yamlText(text);
}
