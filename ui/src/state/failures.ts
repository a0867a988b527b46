import { ServerError } from "../api";
import type { FindText } from "../i18n";

const UNKNOWN_HTTP = "http.";
// What cannot be the name of anything is not there either.
const NO_NAMES: ReadonlySet<string> = new Set(["experiment.invalid_id", "model_version.not_a_number"]);

/** A fault in the reader's words. */
export interface DescribedFailure {
  readonly text: string;
  /** By which others find it; null where the fault is the page's own. */
  readonly code: string | null;
}

/**
 * Returns a fault in the reader's language.
 *
 * Where there is no text for its code, the server's own sentence stands for it, and in other languages than English it
 * is said that it is the server's.
 */
export function describeFailure(error: unknown, find: FindText): DescribedFailure {
  if (!(error instanceof ServerError))
    return { text: error instanceof Error ? error.message : String(error), code: null };
  const { code, message, status, values } = error;
  const known = code.startsWith(UNKNOWN_HTTP) ? find("errors.http", { status }) : find(`errors.${code}`, values);
  return { text: known ?? find("failure.told", { message }) ?? message, code };
}

/** Tells whether a fault means that something is not there, or not for this reader. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ServerError && (error.status === 404 || NO_NAMES.has(error.code));
}
