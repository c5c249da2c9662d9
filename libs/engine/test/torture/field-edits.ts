import { type Document, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';

/** The same file with one field blanked or gone. */
export interface FieldEdit {
  readonly kind: FieldEditKind;
  /** Of the field that was touched. */
  readonly pointer: string;
  readonly text: string;
}

/** What may stand in a field's place: nothing, null, empty text, an empty map, an empty list; or the field is cut out. */
export const BLANKS = {
  'blank: nothing': '',
  'blank: null': 'null',
  'blank: ""': '""',
  'blank: {}': '{}',
} as const;
export type FieldEditKind = keyof typeof BLANKS | 'blank: []' | 'cut out';

type Step = string | number;

interface Field {
  readonly path: readonly Step[];
  readonly from: number;
  readonly to: number;
}

/** Every field and every item of a list, however deep, each blanked in all ways and cut out. */
export function fieldEdits(text: string): FieldEdit[] {
  const document = parseDocument(text);
  return fieldsIn(document.contents, []).flatMap((field) => {
    const pointer = field.path.map((step) => `/${step}`).join('');
    const blanks = Object.entries({ ...BLANKS, 'blank: []': '[]' }).map(([kind, blank]): FieldEdit => {
      // A block ends with its last line, whose end must stay.
      const end = text[field.to - 1] === '\n' ? field.to - 1 : field.to;
      return {
        kind: kind as FieldEditKind,
        pointer,
        text: text.slice(0, field.from) + blank + text.slice(end),
      };
    });
    return [...blanks, { kind: 'cut out', pointer, text: withoutField(text, field.path) }];
  });
}

function fieldsIn(node: unknown, path: readonly Step[]): Field[] {
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) => {
      const name = isScalar(key) ? String(key.value) : String(key);
      return fieldAt(value as Node, [...path, name]);
    });
  }
  return isSeq(node) ? node.items.flatMap((item, index) => fieldAt(item as Node, [...path, index])) : [];
}

function fieldAt(node: Node, path: readonly Step[]): Field[] {
  const [from, to] = node.range as [number, number, number];
  return [{ path, from, to }, ...fieldsIn(node, path)];
}

function withoutField(text: string, path: readonly Step[]): string {
  const document = parseDocument(text);
  document.deleteIn(path);
  return printed(document);
}

/** As the parser prints it; the torture proves that printing alone changes nothing. */
export function printed(document: Document): string {
  return document.toString({ lineWidth: 0 });
}
