import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { call, type ExperimentMessage } from "../../api";
import { answerKey } from "../../state";

/** The experiments whose runs are shown. */
export interface Experiments {
  /** Those that are there, in the order of the address. */
  readonly found: readonly ExperimentMessage[];
  /** Their names by id. */
  readonly names: ReadonlyMap<string, string>;
  readonly isPending: boolean;
  /** Why the first of those that could not be read could not. */
  readonly error: Error | null;
}

/** Returns experiments by their ids. */
export function useExperiments(ids: readonly string[]): Experiments {
  const { found, isPending, error } = useQueries({
    queries: ids.map((experiment_id) => ({
      queryKey: answerKey("get_experiment", { experiment_id }),
      queryFn: ({ signal }: { signal: AbortSignal }) => call("get_experiment", { experiment_id }, { signal }),
    })),
    combine: (answers) => ({
      found: answers.flatMap(({ data }) => (data === undefined ? [] : [data.experiment])),
      isPending: answers.some((answer) => answer.isPending),
      error: answers.find((answer) => answer.error !== null)?.error ?? null,
    }),
  });
  const names = useMemo(() => new Map(found.map(({ experiment_id, name }) => [experiment_id, name])), [found]);
  return { found, names, isPending, error };
}
