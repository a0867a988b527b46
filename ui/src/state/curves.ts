import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type Curves, fetchCurves, type RequestOf } from "../api";
import { createCurveBatches } from "./curveBatches";

type CurvesRequest = RequestOf<"get_curves">;

const ask = createCurveBatches(fetchCurves);

/** How curves are asked for. */
export interface CurvesOptions {
  /** False asks for nothing yet. */
  readonly enabled?: boolean;
  /** After how many milliseconds to ask again, each time; false never does. */
  readonly every?: number | false;
}

/**
 * Asks for curves; what several charts ask for at once goes in one request.
 *
 * While another range of the same metrics is on its way, the one before stays.
 *
 * @param requests What is asked for: several where runs need ranges of their own.
 * @param options How.
 */
export function useCurves(
  requests: readonly CurvesRequest[],
  options: CurvesOptions = {},
): UseQueryResult<Curves, Error> {
  const { enabled = true, every = false } = options;
  return useQuery<Curves, Error>({
    queryKey: ["get_curves", requests],
    queryFn: async ({ signal }) => joined(await Promise.all(requests.map((request) => ask(request, signal)))),
    enabled: enabled && requests.length > 0,
    refetchInterval: every,
    placeholderData: (before: Curves | undefined, query: { readonly queryKey: readonly unknown[] } | undefined) =>
      query !== undefined && subjectOf(query.queryKey[1]) === subjectOf(requests) ? before : undefined,
  } as Parameters<typeof useQuery<Curves, Error>>[0]);
}

function joined(answers: readonly Curves[]): Curves {
  return {
    curves: answers.flatMap(({ curves }) => curves),
    unknownRunIds: [...new Set(answers.flatMap(({ unknownRunIds }) => unknownRunIds))],
    damaged: answers.flatMap(({ damaged }) => damaged),
  };
}

/** Returns what curves are of, whatever their range. */
function subjectOf(requests: unknown): string {
  const asked = requests as readonly CurvesRequest[];
  const runs = [...new Set(asked.flatMap(({ run_ids }) => run_ids))];
  return JSON.stringify([runs, asked[0]?.keys, asked[0]?.axis ?? "step"]);
}
