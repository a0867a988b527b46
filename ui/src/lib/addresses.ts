/** Tabs of a run beside its overview. */
export const RUN_TABS = ["parameters", "metrics", "system", "artifacts", "model"] as const;

/** One of them. */
export type RunTab = (typeof RUN_TABS)[number];

/** Modes in which runs are looked at. */
export type RunsView = "table" | "charts" | "compare";

/** Pieces of state that go into the query of an address; what is null or empty is left out. */
export type QueryPieces = Readonly<Record<string, string | null | undefined>>;

/** Returns the address of the list of experiments. */
export function experimentsAddress(query: QueryPieces = {}): string {
  return `/experiments${written(query)}`;
}

/** Returns the address of the runs of one or several experiments. */
export function runsAddress(experimentIds: string | readonly string[], query: QueryPieces = {}): string {
  const ids = typeof experimentIds === "string" ? [experimentIds] : experimentIds;
  return `/experiments/${ids.map(encodeURIComponent).join(",")}${written(query)}`;
}

/** Returns the address of a run, or of one of its tabs. */
export function runAddress(runId: string, tab?: RunTab, query: QueryPieces = {}): string {
  return `/runs/${encodeURIComponent(runId)}${tab === undefined ? "" : `/${tab}`}${written(query)}`;
}

/** Returns the address of the list of registered models. */
export function modelsAddress(query: QueryPieces = {}): string {
  return `/models${written(query)}`;
}

/** Returns the address of a registered model. */
export function modelAddress(name: string, query: QueryPieces = {}): string {
  return `/models/${encodeURIComponent(name)}${written(query)}`;
}

/** Returns the address of a version of a registered model. */
export function versionAddress(name: string, version: string | number, query: QueryPieces = {}): string {
  return `/models/${encodeURIComponent(name)}/versions/${version}${written(query)}`;
}

/** Returns the address of a page of the settings; the first one if none is named. */
export function settingsAddress(page?: string): string {
  return page === undefined ? "/settings" : `/settings/${page}`;
}

function written(query: QueryPieces): string {
  const pieces = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) pieces.set(key, value);
  const text = pieces.toString();
  return text === "" ? "" : `?${text}`;
}
