import { createHash } from 'node:crypto';
import {
  isNotifySecret,
  isReceiver,
  NOTIFY_SECRET_FORM,
  type NotifyConfig,
  RECEIVER_FORM,
} from '../kernel/config/index.js';

/** A receiver of notifications. */
export interface NotifyTarget {
  /** Told from the URL, which may itself be a secret and is never shown. */
  readonly id: string;
  readonly url: string;
  readonly host: string;
  readonly secrets: readonly string[];
}

/** The receivers that the configuration names, each once. Throws with every line of the file that is wrong. */
export function targetsOf({ url, secrets }: NotifyConfig, fileText = ''): readonly NotifyTarget[] {
  const given = url === undefined ? [] : [{ url, secrets }];
  const targets = [...given, ...linesOf(fileText)].map(targetOf);
  return [...new Map(targets.map((target) => [target.id, target])).values()];
}

/** `<url> <secret>[,<secret>]` a line; empty lines and lines that begin with `#` say nothing. */
function linesOf(text: string): { url: string; secrets: readonly string[] }[] {
  const problems: string[] = [];
  const found = text.split(/\r?\n/).flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line)) return [];
    const [url = '', secrets = '', ...more] = line.trim().split(/\s+/);
    const refuse = (sentence: string) => problems.push(`line ${index + 1} ${sentence}`);
    if (more.length > 0) refuse('must be a URL and its secret, with one space between them');
    if (!isReceiver(url)) refuse(`is no receiver: the URL ${RECEIVER_FORM}`);
    if (!secrets.split(',').every(isNotifySecret))
      refuse(`has no good secret after the URL: it ${NOTIFY_SECRET_FORM}`);
    return [{ url, secrets: secrets.split(',') }];
  });
  if (problems.length > 0) throw new Error(`GUIDON_NOTIFY_URLS_FILE cannot be used: ${problems.join('; ')}.`);
  return found;
}

function targetOf({ url, secrets }: { url: string; secrets: readonly string[] }): NotifyTarget {
  const parsed = new URL(url);
  const id = createHash('sha256').update(parsed.href).digest('hex').slice(0, 12);
  return { id, url: parsed.href, host: parsed.host, secrets };
}
