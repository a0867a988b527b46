import { call, type RemovalResponse, ServerError } from "../../api";

/** What is removed for good: things by id, or everything in the bin. */
export interface RemovalChoice {
  readonly run_ids: readonly string[];
  readonly experiment_ids: readonly string[];
  readonly everything: boolean;
}

/** What is gone so far. */
export interface RemovedSoFar {
  readonly experiments: number;
  readonly runs: number;
  /** Things whose files could not be deleted, or lie where this server does not delete. */
  readonly left: number;
}

type Request = {
  readonly run_ids?: readonly string[];
  readonly experiment_ids?: readonly string[];
  readonly everything?: boolean;
};

const MOST_NAMED = 100;
const PAUSE = 1_000;
const FORBIDDEN = 403;
const NOTHING: RemovedSoFar = { experiments: 0, runs: 0, left: 0 };

/**
 * Removes things for good, step by step.
 *
 * @param choice What goes.
 * @param signal Stops between two steps; what was begun the server ends by itself.
 * @param onProgress Told after each step what is gone so far.
 */
export async function removeForGood(
  choice: RemovalChoice,
  signal: AbortSignal,
  onProgress: (soFar: RemovedSoFar) => void,
): Promise<RemovedSoFar> {
  let soFar = NOTHING;
  async function step(ask: () => Promise<RemovalResponse>): Promise<RemovalResponse> {
    const answer = await ask();
    soFar = added(soFar, answer);
    onProgress(soFar);
    if (answer.is_elsewhere) await new Promise((done) => setTimeout(done, PAUSE));
    return answer;
  }
  for (const request of requestsOf(choice)) {
    let answer: RemovalResponse;
    do {
      signal.throwIfAborted();
      answer = await step(() => call("remove_for_good", request, { signal }));
    } while (!answer.is_begun);
    await finish(answer, signal, step);
  }
  return soFar;
}

/** Returns what is asked for, so many things at once as the server takes. */
export function requestsOf({ run_ids, experiment_ids, everything }: RemovalChoice): Request[] {
  if (everything) return [{ everything: true }];
  return [
    ...slices(experiment_ids).map((ids) => ({ experiment_ids: ids })),
    ...slices(run_ids).map((ids) => ({ run_ids: ids })),
  ];
}

type Step = (ask: () => Promise<RemovalResponse>) => Promise<RemovalResponse>;

async function finish(begun: RemovalResponse, signal: AbortSignal, step: Step): Promise<void> {
  let answer = begun;
  while (!answer.is_done) {
    signal.throwIfAborted();
    try {
      answer = await step(() => call("continue_removal", {}, { signal }));
    } catch (error) {
      // Who may remove one thing need not be allowed to see to all: the server goes on by itself.
      if (error instanceof ServerError && error.status === FORBIDDEN) return;
      throw error;
    }
  }
}

function added(before: RemovedSoFar, answer: RemovalResponse): RemovedSoFar {
  return {
    experiments: before.experiments + answer.experiments,
    runs: before.runs + answer.runs,
    left: before.left + answer.artifacts_left_count + answer.failed_count,
  };
}

function slices(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / MOST_NAMED) }, (_, place) =>
    ids.slice(place * MOST_NAMED, (place + 1) * MOST_NAMED),
  );
}
