import { type Files, filePaths } from "./schema";
import { workspaceField } from "./workspace";

const PARAMETER = /\{(\w+)(:path)?\}/g;

/** What is asked, field by field. */
export type Fields = Readonly<Record<string, unknown>>;

/** A path with the fields that it took in, and those that are left. */
export interface FilledPath {
  readonly path: string;
  readonly rest: Fields;
}

/** Puts fields into the places that a path has for them. */
export function filledPath(template: string, fields: Fields): FilledPath {
  const taken = new Set<string>();
  const path = template.replaceAll(PARAMETER, (_, name: string, rest: string | undefined) => {
    taken.add(name);
    const text = String(fields[name]);
    return rest === undefined ? encodeURIComponent(text) : text.split("/").map(encodeURIComponent).join("/");
  });
  return { path, rest: Object.fromEntries(Object.entries(fields).filter(([name]) => !taken.has(name))) };
}

/** Writes fields as the query of an address; what is not there is left out, lists are repeated. */
export function queryOf(fields: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) query.append(name, String(item));
    }
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/**
 * Returns the prefix below which the server stands, without a slash at the end.
 *
 * @param base Address by which the page resolves others: the server writes its prefix there.
 */
export function prefixOf(base: string): string {
  return new URL(base).pathname.replace(/\/[^/]*$/, "");
}

/** Returns an address of this server for a path of it. */
export function serverAddress(path: string): string {
  return prefixOf(document.baseURI) + path;
}

/** Returns the address under which bytes are fetched: for links, pictures, frames and range requests. */
export function fileAddress<Name extends keyof Files>(name: Name, request: Files[Name]["request"]): string {
  const { path, rest } = filledPath(filePaths[name], { ...request, ...workspaceField(name) });
  return serverAddress(path + queryOf(rest));
}
