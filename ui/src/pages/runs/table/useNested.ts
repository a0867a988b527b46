import { useQueries } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { call, type RunColumnsResponse } from "../../../api";
import { comparison, PARENT_TAG, quotedKey } from "../columns";
import type { OpenedRuns } from "../lines";

const MOST = 1_000;

/** Runs whose parts are shown below them. */
export interface Nested {
  readonly opened: OpenedRuns;
  readonly toggle: (id: string) => void;
  readonly error: Error | null;
}

/** Condition that holds for runs that are no part of another. */
export const ROOTS = comparison(`tags.${quotedKey(PARENT_TAG)}`, null);

/** Fetches the parts of the runs that were opened. */
export function useNested(experimentIds: readonly string[], orderBy: readonly string[]): Nested {
  const [parents, setParents] = useState<readonly string[]>([]);
  const toggle = useCallback((id: string) => {
    setParents((known) => (known.includes(id) ? known.filter((other) => other !== id) : [...known, id]));
  }, []);
  const answers = useQueries({
    queries: parents.map((parent) => {
      const request = {
        experiment_ids: experimentIds,
        filter: comparison(`tags.${quotedKey(PARENT_TAG)}`, parent),
        order_by: orderBy,
        max_results: MOST,
        attributes: ["run_id"] as const,
      };
      return {
        queryKey: ["search_run_columns", "parts", request],
        queryFn: ({ signal }: { signal: AbortSignal }) => call("search_run_columns", request, { signal }),
        refetchOnWindowFocus: false,
      };
    }),
    combine: (results) => ({
      children: results.map(({ data }) => data),
      error: results.find(({ error }) => error !== null)?.error ?? null,
    }),
  });
  const opened = useMemo(
    () => new Map(parents.map((parent, place) => [parent, idsOf(answers.children[place])])),
    [parents, answers.children],
  );
  return { opened, toggle, error: answers.error };
}

function idsOf(answer: RunColumnsResponse | undefined): readonly string[] | undefined {
  return answer?.attributes.run_id as readonly string[] | undefined;
}
