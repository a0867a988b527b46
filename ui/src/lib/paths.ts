/** Returns the names that a path of an artifact is made of. */
export function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}

/** Returns the path of something in a folder; the folder without a name is the root. */
export function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** Returns the last name of a path. */
export function baseName(path: string): string {
  return namesOf(path).at(-1) ?? "";
}

/** Returns the path of the folder that something lies in; empty for the root. */
export function folderOf(path: string): string {
  return namesOf(path).slice(0, -1).join("/");
}

/** Returns the ending of a file's name in small letters, without the point; empty if it has none. */
export function endingOf(path: string): string {
  const name = baseName(path);
  const point = name.lastIndexOf(".");
  return point > 0 ? name.slice(point + 1).toLowerCase() : "";
}

/** Returns the folders on the way to a path, from the root on and without itself. */
export function foldersAbove(path: string): string[] {
  const names = namesOf(path);
  return names.slice(0, -1).map((_, place) => names.slice(0, place + 1).join("/"));
}

/** Returns a path for an address: each name escaped, slashes as they are. */
export function escapedPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
