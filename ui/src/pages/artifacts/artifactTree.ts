import {
  Box,
  File,
  FileImage,
  FileJson,
  FileSpreadsheet,
  FileText,
  Folder as FolderIcon,
  type LucideIcon,
} from "lucide-react";
import type { ReactNode } from "react";
import type { FileInfo } from "../../api";
import type { TreeNode } from "../../components";
import { baseName } from "../../lib/paths";
import { type Folder, placeId } from "./folders";
import { type FileKind, kindOf } from "./kinds";
import type { ArtifactSource } from "./source";

// What a folder has beyond these is found in its table.
const MOST_SHOWN = 500;

const ICONS: Readonly<Partial<Record<FileKind, LucideIcon>>> = {
  image: FileImage,
  json: FileJson,
  markdown: FileText,
  parquet: FileSpreadsheet,
  table: FileSpreadsheet,
  text: FileText,
};

/** Something that has files, and what it is called. */
export interface ArtifactRoot {
  readonly source: ArtifactSource;
  /** Its name in the tree; null where its files stand there themselves. */
  readonly name: string | null;
}

/** What a tree of files is made of. */
export interface ArtifactTreeParts {
  readonly folders: ReadonlyMap<string, Folder>;
  readonly opened: ReadonlySet<string>;
  /** Returns how large a file is, as it stands at the end of its line. */
  readonly sizeOf: (file: FileInfo) => ReactNode;
  /** Returns what is said of those that are not shown. */
  readonly restText: (count: number) => string;
}

/** Returns the icon of a file, or of a folder. */
export function iconOf(file: FileInfo): LucideIcon {
  return file.is_dir ? FolderIcon : (ICONS[kindOf(file.path)] ?? File);
}

/** Returns the files of several things as one tree. */
export function artifactNodes(roots: readonly ArtifactRoot[], parts: ArtifactTreeParts): TreeNode[] {
  return roots.flatMap(({ source, name }) => {
    const id = placeId({ source, path: "" });
    const folder = parts.folders.get(id);
    if (name === null) return nodesIn(source, "", folder, parts) ?? [];
    return [
      { id, text: name, icon: Box, isBranch: true, children: nodesIn(source, "", folder, parts), error: folder?.error },
    ];
  });
}

function nodesIn(
  source: ArtifactSource,
  path: string,
  folder: Folder | undefined,
  parts: ArtifactTreeParts,
): TreeNode[] | undefined {
  if (folder?.files === undefined) return undefined;
  const nodes = folder.files.slice(0, MOST_SHOWN).map((file) => nodeOf(source, file, parts));
  const rest = folder.files.length - nodes.length;
  if (rest <= 0) return nodes;
  return [...nodes, { id: placeId({ source, path: `${path}/*` }), text: parts.restText(rest), isBranch: false }];
}

function nodeOf(source: ArtifactSource, file: FileInfo, parts: ArtifactTreeParts): TreeNode {
  const id = placeId({ source, path: file.path });
  const text = baseName(file.path);
  const icon = iconOf(file);
  if (!file.is_dir) return { id, text, icon, isBranch: false, note: parts.sizeOf(file) };
  const folder = parts.folders.get(id);
  return {
    id,
    text,
    icon,
    isBranch: true,
    children: parts.opened.has(id) ? nodesIn(source, file.path, folder, parts) : [],
    error: folder?.files === undefined ? folder?.error : null,
  };
}
