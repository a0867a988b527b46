import { ServerError } from "../../api";

/** Tells whether something was refused because files are gone, which may be meant all the same. */
export function isFilesMissing(error: unknown): boolean {
  return error instanceof ServerError && error.code === "registry.files_missing";
}
