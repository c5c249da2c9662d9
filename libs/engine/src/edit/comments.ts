import { CST, Lexer } from 'yaml';

/** Every comment of a text in order, from its `#` to the end of its line. */
export function commentsOf(text: string): string[] {
  const comments: string[] = [];
  let afterScalarMark = false;
  for (const lexeme of new Lexer().lex(text)) {
    const type: CST.TokenType | null = afterScalarMark ? null : CST.tokenType(lexeme);
    afterScalarMark = type === 'scalar';
    if (type === 'comment') comments.push(lexeme);
  }
  return comments;
}

/** The comments that the first text has and the second has not, each as often as it is missing. */
export function commentsLost(before: string, after: string): string[] {
  const left = commentsOf(after);
  return commentsOf(before).filter((comment) => {
    const index = left.indexOf(comment);
    if (index === -1) return true;
    left.splice(index, 1);
    return false;
  });
}
