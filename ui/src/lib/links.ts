/** Where a link in a text that somebody wrote may lead. */
export type LinkTarget =
  /** Another site, or a letter: opened in a tab of its own. */
  | { readonly kind: "outside"; readonly address: string }
  /** A picture in the text itself. */
  | { readonly kind: "data"; readonly address: string }
  /** Something beside the text. */
  | { readonly kind: "beside"; readonly path: string }
  /** Nothing that is opened. */
  | { readonly kind: "none" };

const OUTSIDE = /^(?:https?:\/\/|mailto:)/i;
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,/i;
const SCHEME = /^[a-z][a-z\d+.-]*:/i;

/** Returns where a link may lead: never to a script, nor to an address of the page that is no file beside the text. */
export function linkTarget(link: string): LinkTarget {
  // Browsers take these out of an address before they read it.
  const address = link.replaceAll(/[\t\n\r]/g, "").trim();
  if (OUTSIDE.test(address)) return { kind: "outside", address };
  if (PICTURE.test(address)) return { kind: "data", address };
  if (address === "" || SCHEME.test(address) || /^[/\\#?]/.test(address)) return { kind: "none" };
  return { kind: "beside", path: decoded(address.split(/[?#]/, 1)[0] ?? "") };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
