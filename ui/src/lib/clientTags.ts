// What clients say by themselves of every run: who, from where, by which command. Shown as tags only if asked for.
const PREFIXES = ["mlflow.", "trialog.source."];

/** Tells whether a tag is one that clients set for every run. */
export function isClientTag(key: string): boolean {
  return PREFIXES.some((prefix) => key.startsWith(prefix));
}
