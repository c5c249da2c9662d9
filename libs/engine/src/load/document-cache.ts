import type { Project, Snapshot, SourceFile } from '../model/index.js';
import type { FileKind } from '../schema/index.js';
import type { BoundUnit } from './bind-unit.js';
import { type LoadedDocument, readDocument } from './document.js';
import type { DocumentCache } from './load-types.js';
import type { Settled } from './settled.js';

interface Bound {
  readonly project: Project | undefined;
  readonly unit: BoundUnit;
}

interface Version {
  readonly blob: string;
  readonly entry: SourceFile['entry'];
  readonly document: LoadedDocument;
}

/** Parsed documents, one version a path, and what loads left behind. */
class BlobCache implements DocumentCache {
  private documents = new Map<string, Version>();
  private used = new Map<string, Version>();
  private readonly bound = new WeakMap<LoadedDocument, Bound>();
  private readonly settled = new WeakMap<Snapshot, Settled>();

  get size(): number {
    return this.documents.size;
  }

  read(file: SourceFile, kind: FileKind): LoadedDocument {
    const { path, blob, entry } = file;
    const isOfIt = (known: Version | undefined) => known?.blob === blob && known.entry === entry;
    const known = [this.used.get(path), this.documents.get(path)].find(isOfIt);
    const document = known?.document ?? readDocument(file, kind);
    this.used.set(path, known ?? { blob, entry, document });
    return document;
  }

  /**
   * What a document means, made once for as long as the project is the same one: of thousands of files a revision
   * changes few, and what is the same object needs no look inside further on.
   */
  boundTo(project: Project | undefined, document: LoadedDocument, bind: () => BoundUnit): BoundUnit {
    const known = this.bound.get(document);
    if (known !== undefined && known.project === project) return known.unit;
    const unit = bind();
    this.bound.set(document, { project, unit });
    return unit;
  }

  /** What the load left that made this snapshot, if it was made with this cache and is a ground to build on. */
  settledOf(snapshot: Snapshot | undefined): Settled | undefined {
    return snapshot === undefined ? undefined : this.settled.get(snapshot);
  }

  remember(settled: Settled | undefined): void {
    if (settled !== undefined) this.settled.set(settled.snapshot, settled);
  }

  /** Ends a load, which may have read only what differs: forgets other versions, and what is no file any more. */
  settle(files: readonly SourceFile[]): void {
    for (const [path, version] of this.used) this.documents.set(path, version);
    this.used = new Map();
    if (this.documents.size <= files.length) return;
    const paths = new Set(files.map(({ path }) => path));
    for (const path of this.documents.keys()) if (!paths.has(path)) this.documents.delete(path);
  }
}

export function createDocumentCache(): DocumentCache {
  return new BlobCache();
}

export function cacheOf(cache: DocumentCache | undefined): BlobCache {
  return cache instanceof BlobCache ? cache : new BlobCache();
}

export type { BlobCache };
