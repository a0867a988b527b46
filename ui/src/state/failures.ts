import { ServerError } from "../api";
import type { FindText } from "../i18n";

/** A fault in the reader's words. */
export interface DescribedFailure {
  readonly text: string;
  /** By which others find it; null where the fault is the page's own. */
  readonly code: string | null;
}

/** Returns a fault in the reader's language, or else as the server said it. */
export function describeFailure(error: unknown, find: FindText): DescribedFailure {
  if (!(error instanceof ServerError))
    return { text: error instanceof Error ? error.message : String(error), code: null };
  return { text: find(`errors.${error.code}`, error.values) ?? error.message, code: error.code };
}

/** Tells whether a fault means that something is not there, or not for this reader. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ServerError && error.status === 404;
}
