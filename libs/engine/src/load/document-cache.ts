import type { Project, SourceFile } from '../model/index.js';
import type { FileKind } from '../schema/index.js';
import type { BoundUnit } from './bind-unit.js';
import { type LoadedDocument, readDocument } from './document.js';
import type { DocumentCache } from './load-types.js';

interface Bound {
  readonly project: Project | undefined;
  readonly unit: BoundUnit;
}

/** Parsed documents by path and blob. Holds what the last load used and nothing older. */
class BlobCache implements DocumentCache {
  private documents = new Map<string, LoadedDocument>();
  private used = new Map<string, LoadedDocument>();
  private readonly bound = new WeakMap<LoadedDocument, Bound>();

  get size(): number {
    return this.documents.size;
  }

  read(file: SourceFile, kind: FileKind): LoadedDocument {
    const id = `${file.path}:${file.blob}:${file.entry ?? 'file'}`;
    const document = this.used.get(id) ?? this.documents.get(id) ?? readDocument(file, kind);
    this.used.set(id, document);
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

  /** Ends a load: forgets what it did not use. */
  settle(): void {
    this.documents = this.used;
    this.used = new Map();
  }
}

export function createDocumentCache(): DocumentCache {
  return new BlobCache();
}

export function cacheOf(cache: DocumentCache | undefined): BlobCache {
  return cache instanceof BlobCache ? cache : new BlobCache();
}

export type { BlobCache };
