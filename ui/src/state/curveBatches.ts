import type { CallOptions, Curves, RequestOf } from "../api";

type CurvesRequest = RequestOf<"get_curves">;

/** Fetches curves; see `fetchCurves`. */
export type FetchCurves = (request: CurvesRequest, options: CallOptions) => Promise<Curves>;

interface Waiting {
  readonly request: CurvesRequest;
  readonly signal: AbortSignal;
  readonly resolve: (curves: Curves) => void;
  readonly reject: (error: unknown) => void;
}

const WAIT_MILLISECONDS = 8;
// What the server takes at once.
const MOST_CURVES = 1_000;
const MOST_POINTS = 1_000_000;
const USUAL_POINTS = 2_000;

/**
 * Makes what asks for curves of several charts at once, where these ask for the same runs in the same moment.
 *
 * @param fetch Asks the server.
 */
export function createCurveBatches(
  fetch: FetchCurves,
): (request: CurvesRequest, signal: AbortSignal) => Promise<Curves> {
  const groups = new Map<string, Waiting[]>();

  function send(name: string): void {
    const group = groups.get(name) ?? [];
    groups.delete(name);
    let batch: Waiting[] = [];
    for (const waiting of group.filter(({ signal }) => !signal.aborted)) {
      if (batch.length > 0 && !fits([...batch, waiting])) {
        void answer(batch);
        batch = [];
      }
      batch.push(waiting);
    }
    if (batch.length > 0) void answer(batch);
  }

  async function answer(batch: readonly Waiting[]): Promise<void> {
    const first = batch[0];
    if (first === undefined) return;
    const controller = new AbortController();
    for (const { signal } of batch) {
      signal.addEventListener("abort", () => {
        if (batch.every((waiting) => waiting.signal.aborted)) controller.abort();
      });
    }
    try {
      const keys = keysOf(batch);
      const found = await fetch({ ...first.request, keys }, { signal: controller.signal });
      for (const { request, resolve } of batch) resolve(partOf(found, request.keys));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (request, signal) =>
    new Promise((resolve, reject) => {
      const { keys: _, ...others } = request;
      const name = JSON.stringify(others);
      const group = groups.get(name);
      if (group === undefined) {
        groups.set(name, [{ request, signal, resolve, reject }]);
        setTimeout(() => send(name), WAIT_MILLISECONDS);
      } else {
        group.push({ request, signal, resolve, reject });
      }
      // Whoever gave it up waits for nothing.
      signal.addEventListener("abort", () => reject(signal.reason));
    });
}

function fits(batch: readonly Waiting[]): boolean {
  const request = batch[0]?.request;
  if (request === undefined) return true;
  const curves = request.run_ids.length * keysOf(batch).length;
  return curves <= MOST_CURVES && curves * (request.max_points ?? USUAL_POINTS) <= MOST_POINTS;
}

function keysOf(batch: readonly Waiting[]): string[] {
  return [...new Set(batch.flatMap(({ request }) => request.keys))];
}

function partOf(found: Curves, keys: readonly string[]): Curves {
  const wanted = new Set(keys);
  return {
    curves: found.curves.filter(({ key }) => wanted.has(key)),
    unknownRunIds: found.unknownRunIds,
    damaged: found.damaged.filter(({ key }) => wanted.has(key)),
  };
}
