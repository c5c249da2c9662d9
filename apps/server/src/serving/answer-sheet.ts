import { createHash } from 'node:crypto';
import type { CompiledFlag, View } from '@guidon/engine/compile';
import type { Evaluation, EvaluationContext } from '@guidon/engine/model';
import type { OfrepSuccess } from '@guidon/protocol';
import { type Digest, formatEntityTag, mixLane } from './entity-tag.js';
import { asciiJson } from './ofrep-refusal.js';
import { jsonHeaders, type RawHeaders } from './raw-reply.js';

/** One answer of one flag as it stands in a body. */
export interface Fragment extends Digest {
  /** ASCII JSON. */
  readonly body: string;
  /** Status of the single evaluation: 200, or 500 for a flag that cannot be compiled. */
  readonly status: 200 | 500;
  /** Headers of the single evaluation. */
  readonly headers: RawHeaders;
}

export interface Bulk {
  readonly etag: string;
  /** Makes the body; not called when the caller has it already. */
  body(): string;
}

/** A flag with the ready-made JSON of every answer that it gave so far. */
export class FlagAnswers {
  readonly #fragments = new Map<Evaluation, Fragment>();

  constructor(
    readonly flag: CompiledFlag,
    private readonly metadata: OfrepSuccess['metadata'],
  ) {}

  /** `nowMs` counts only for flags that ask about time. */
  fragment(context: EvaluationContext, nowMs: number): Fragment {
    const evaluation = this.flag.evaluate(context, nowMs);
    return this.#fragments.get(evaluation) ?? this.#make(evaluation);
  }

  #make(evaluation: Evaluation): Fragment {
    const fragment = makeFragment(this.flag.key, evaluation, this.metadata);
    this.#fragments.set(evaluation, fragment);
    return fragment;
  }
}

/**
 * Ready-made answers of one view. Answers are made once per view by the engine and known by identity, so each is
 * serialised once, at its first use, and a body is a matter of joining strings.
 */
export class AnswerSheet {
  readonly #metadata: OfrepSuccess['metadata'];
  readonly #metadataText: string;
  readonly #byKey = new Map<string, FlagAnswers>();
  #plan: BulkPlan | undefined;

  constructor(
    private readonly view: View,
    flagSetId: string,
  ) {
    this.#metadata = { flagSetId, version: view.revision, generation: view.generation };
    this.#metadataText = `],"metadata":${asciiJson(this.#metadata)}}`;
  }

  /** The flag's answers, or `undefined` when there is no such flag. Unknown keys leave nothing behind. */
  answers(key: string): FlagAnswers | undefined {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const flag = this.view.flags.get(key);
    if (flag === undefined) return undefined;
    const answers = new FlagAnswers(flag, this.#metadata);
    this.#byKey.set(key, answers);
    return answers;
  }

  /** All flags for one context: those with one answer for everybody first, then the others, each as in the view. */
  bulk(context: EvaluationContext, nowMs: number): Bulk {
    this.#plan ??= this.#planBulk(context, nowMs);
    const { fixed, varying } = this.#plan;
    let { left, right } = fixed;
    let body = fixed.body;
    for (const answers of varying) {
      const fragment = answers.fragment(context, nowMs);
      left = mixLane(left, fragment.left);
      right = mixLane(right, fragment.right);
      // V8 keeps a rope of these and copies once, when the body is written.
      body += fragment.body;
      body += ',';
    }
    return { etag: formatEntityTag(left, right), body: () => closeBulk(body, this.#metadataText) };
  }

  /** Most flags answer everybody alike; they are evaluated, joined and hashed once for all callers. */
  #planBulk(context: EvaluationContext, nowMs: number): BulkPlan {
    const fixed: FlagAnswers[] = [];
    const varying: FlagAnswers[] = [];
    for (const key of this.view.flags.keys()) {
      const answers = this.answers(key) as FlagAnswers;
      (answers.flag.answers().length === 1 ? fixed : varying).push(answers);
    }
    const fragments = fixed.map((answers) => answers.fragment(context, nowMs));
    const body = `{"flags":[${fragments.map((fragment) => `${fragment.body},`).join('')}`;
    return { fixed: { body, ...digestOf(body + this.#metadataText) }, varying };
  }
}

interface BulkPlan {
  readonly fixed: Digest & { readonly body: string };
  readonly varying: readonly FlagAnswers[];
}

/** Every fragment brought a comma; the last one goes. */
function closeBulk(body: string, metadataText: string): string {
  return body.endsWith(',') ? body.slice(0, -1) + metadataText : body + metadataText;
}

function makeFragment(key: string, evaluation: Evaluation, metadata: OfrepSuccess['metadata']): Fragment {
  const { value, variant, reason, errorCode } = evaluation;
  if (errorCode !== undefined || value === undefined || variant === undefined) {
    const errorDetails = `The flag "${key}" cannot be evaluated on this server; its owner sees the finding in the sync status.`;
    const text = asciiJson({ key, errorCode: errorCode ?? 'GENERAL', errorDetails });
    return { body: text, status: 500, headers: jsonHeaders(text), ...digestOf(text) };
  }
  const success: OfrepSuccess = { key, value, reason, variant, metadata };
  const text = asciiJson(success);
  return { body: text, status: 200, headers: jsonHeaders(text), ...digestOf(text) };
}

function digestOf(text: string): Digest {
  const hash = createHash('sha256').update(text).digest();
  return { left: hash.readInt32LE(0), right: hash.readInt32LE(4) };
}
