import type { FileInfo } from "../../api";
import { type ArtifactSource, sourceKey } from "./source";

/** A folder of one of several things that have files. */
export interface FolderPlace {
  readonly source: ArtifactSource;
  readonly path: string;
}

/** What is known of what a folder holds. */
export interface Folder {
  /** Folders first; undefined as long as it is not fetched. */
  readonly files: readonly FileInfo[] | undefined;
  readonly error: Error | null;
  readonly again: () => void;
}

/** Returns what tells a place from all others. */
export function placeId({ source, path }: FolderPlace): string {
  return `${sourceKey(source)}:${path}`;
}
