/**
 * Returns what stands in a path at the places that a pattern names, each decoded exactly once.
 *
 * @param pattern Such as `/models/:name/versions/:version`; a part that ends with `?` may be left out.
 * @param path The path as it stands in the address, without the server's prefix.
 */
export function pathParameters(pattern: string, path: string): Readonly<Record<string, string>> {
  const parts = path.split("/");
  const found: Record<string, string> = {};
  pattern.split("/").forEach((part, place) => {
    const text = parts[place];
    if (part.startsWith(":") && text !== undefined) found[part.slice(1).replace("?", "")] = decoded(text);
  });
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Somebody wrote it by hand.
    return text;
  }
}
