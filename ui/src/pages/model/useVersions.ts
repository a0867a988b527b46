import { useQueries } from "@tanstack/react-query";
import { call, type ModelOverviewResponse } from "../../api";
import { answerKey } from "../../state";

/** Answers about versions of a model. */
export interface VersionsAnswer {
  /** What was fetched; each holds one version. */
  readonly found: readonly ModelOverviewResponse[];
  readonly isWaiting: boolean;
  readonly error: Error | null;
  readonly again: () => void;
}

/** Returns the question whose answer holds one version of a model, or an older one if that is gone. */
export function versionRequest(name: string, version: number) {
  return { name, max_results: 1, before_version: version + 1 } as const;
}

/** Fetches versions of a model by their numbers. */
export function useVersions(name: string, numbers: readonly number[]): VersionsAnswer {
  const answers = useQueries({
    queries: numbers.map((number) => {
      const request = versionRequest(name, number);
      return {
        queryKey: answerKey("get_model_overview", request),
        queryFn: ({ signal }: { readonly signal: AbortSignal }) => call("get_model_overview", request, { signal }),
      };
    }),
  });
  return {
    found: answers.flatMap(({ data }) => (data === undefined ? [] : [data])),
    isWaiting: answers.some(({ data, error }) => data === undefined && error === null),
    error: answers.find(({ error }) => error !== null)?.error ?? null,
    again: () => {
      for (const { error, refetch } of answers) if (error !== null) void refetch();
    },
  };
}
