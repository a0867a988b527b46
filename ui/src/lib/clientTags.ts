// What clients say by themselves of where a run came from: shown as facts of the run, and as tags only if asked for.
const PREFIXES = ["mlflow.", "trialog.source."];

/** Tells whether clients set a tag by themselves, and nobody had it in mind. */
export function isClientTag(key: string): boolean {
  return PREFIXES.some((prefix) => key.startsWith(prefix));
}
