import type { Curves } from "../../../api";
import { createStore, type Store } from "../../../lib/store";

/** Values of small curves by run and metric; see `sparkKey`. */
export type Sparks = ReadonlyMap<string, ArrayLike<number>>;

/** Fetches small curves, each once, and keeps them. */
export interface SparkStore extends Pick<Store<Sparks>, "get" | "subscribe"> {
  /** Fetches the curves that are not there. */
  readonly want: (ids: readonly string[], metrics: readonly string[]) => void;
  /** Fetches curves anew. */
  readonly refresh: (ids: readonly string[], metrics: readonly string[]) => void;
}

/** Asks the server for curves. */
export type FetchSparks = (ids: readonly string[], metrics: readonly string[]) => Promise<Curves>;

const RUNS_AT_ONCE = 100;
const CURVES_AT_ONCE = 1_000;
const MOST_KEPT = 20_000;

/** Returns under which name the curve of a run is kept. */
export function sparkKey(runId: string, metric: string): string {
  return `${runId}\n${metric}`;
}

/** Makes a store of small curves. */
export function createSparkStore(fetchSparks: FetchSparks): SparkStore {
  const store = createStore<Sparks>(new Map());
  const underway = new Set<string>();

  function want(ids: readonly string[], metrics: readonly string[]): void {
    const isMissing = (key: string) => !store.get().has(key) && !underway.has(key);
    refresh(
      ids.filter((id) => metrics.some((metric) => isMissing(sparkKey(id, metric)))),
      metrics,
    );
  }

  function refresh(ids: readonly string[], metrics: readonly string[]): void {
    if (metrics.length === 0) return;
    const atOnce = Math.max(1, Math.min(RUNS_AT_ONCE, Math.floor(CURVES_AT_ONCE / metrics.length)));
    for (let place = 0; place < ids.length; place += atOnce) void fetchSome(ids.slice(place, place + atOnce), metrics);
  }

  async function fetchSome(ids: readonly string[], metrics: readonly string[]): Promise<void> {
    const keys = ids.flatMap((id) => metrics.map((metric) => sparkKey(id, metric)));
    for (const key of keys) underway.add(key);
    try {
      const { curves } = await fetchSparks(ids, metrics);
      store.update((known) => {
        const next = new Map(known);
        for (const { runId, key, values } of curves) {
          next.delete(sparkKey(runId, key));
          next.set(sparkKey(runId, key), values);
        }
        const surplus = next.size - MOST_KEPT;
        if (surplus > 0) for (const key of [...next.keys()].slice(0, surplus)) next.delete(key);
        return next;
      });
    } catch {
      // The number beside says what matters; the curve comes with the next scroll.
    } finally {
      for (const key of keys) underway.delete(key);
    }
  }

  return { get: store.get, subscribe: store.subscribe, want, refresh };
}
