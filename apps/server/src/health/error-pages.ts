import { ERRORS, type ErrorCode } from '@guidon/protocol/errors';

/** What `docs/errors.md` says of a code. */
export interface Explanation {
  readonly what: string;
  readonly why: string;
  readonly mend: string;
}

/** The page that a problem document's `type` points to. */
export interface ErrorPage extends Partial<Explanation> {
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  /** Whether the very same request may succeed later. */
  readonly retry: boolean;
}

/** Takes the page apart: a heading for each code, and paragraphs that begin with `What:`, `Why:` and `Mend:`. */
export function parseExplanations(markdown: string): ReadonlyMap<string, Explanation> {
  const sections = markdown.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [code = '', ...rest] = section.split('\n');
      const paragraphs = rest.join('\n').split(/\n\s*\n/);
      const part = (label: string) => {
        const found = paragraphs.map((one) => one.trim()).find((one) => one.startsWith(`${label}: `));
        return found?.slice(label.length + 2).replaceAll(/\s+/g, ' ') ?? '';
      };
      return [code.trim(), { what: part('What'), why: part('Why'), mend: part('Mend') }];
    }),
  );
}

export function errorPage(code: string, known: ReadonlyMap<string, Explanation>): ErrorPage | undefined {
  if (!Object.hasOwn(ERRORS, code)) return undefined;
  const { status, title, retry } = ERRORS[code as ErrorCode];
  return { code: code as ErrorCode, status, title, retry, ...known.get(code) };
}

export type PageForm = 'application/json' | 'text/html' | 'text/plain';

const FORMS: readonly PageForm[] = ['application/json', 'text/html', 'text/plain'];

/** What the caller likes best; JSON when it does not care. A browser asks for HTML by name. */
export function chooseForm(accept: string | undefined): PageForm {
  const wishes = (accept ?? '')
    .split(',')
    .map((wish) => {
      const [type = '', ...parameters] = wish.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .sort((a, b) => b.quality - a.quality);
  const named = wishes.flatMap(({ type, quality }) =>
    quality > 0 ? FORMS.filter((form) => form === type || type === '*/*') : [],
  );
  return named[0] ?? 'application/json';
}

export function renderPage(page: ErrorPage, form: PageForm): string {
  if (form === 'application/json') return JSON.stringify(page);
  const { code, status, title, retry } = page;
  const again = `Status ${status}. Trying the very same request again ${retry ? 'may help' : 'does not help'}.`;
  const parts = ['what', 'why', 'mend'] as const;
  const told = parts.flatMap((part) => (page[part] ? [[part, page[part]] as const] : []));
  if (form === 'text/plain')
    return [`${code}: ${title}`, again, ...told.map(([part, text]) => `${capital(part)}: ${text}`), ''].join(
      '\n\n',
    );
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${html(code)}</title></head><body>`,
    `<h1>${html(title)}</h1><p><code>${html(code)}</code></p><p>${html(again)}</p>`,
    ...told.map(([part, text]) => `<h2>${capital(part)}</h2><p>${html(text)}</p>`),
    '</body></html>',
  ].join('\n');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Text as HTML, with what stands in back-ticks as code and links as their words. */
function html(text: string): string {
  return text
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1');
}
