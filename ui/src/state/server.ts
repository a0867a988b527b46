import {
  keepPreviousData,
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { call, type Operation, type RequestOf, type ResponseOf, ServerError } from "../api";

const FRESH_MILLISECONDS = 5_000;
const MOST_ATTEMPTS = 3;

/** Makes what keeps answers of the server for as long as the page is open. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: FRESH_MILLISECONDS, retry: isWorthAnother, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}

/** How an answer is asked for. */
export interface AnswerOptions<Name extends Operation = Operation> {
  /** False asks for nothing yet. */
  readonly enabled?: boolean;
  /** After how many milliseconds to ask again, each time; false never does. See `pollingInterval`. */
  readonly every?: number | false;
  /**
   * False shows nothing, rather than the answer to the question before, until this one is answered. A function tells
   * whether the question before was one whose answer may stand for so long.
   */
  readonly keepsPrevious?: boolean | ((before: RequestOf<Name>) => boolean);
}

/**
 * Asks the server for what a view shows.
 *
 * `data` stays when a later request fails; `error` says why it did and `refetch` tries again.
 *
 * @param operation What is asked for.
 * @param request What exactly; another request is another question.
 * @param options How.
 */
export function useAnswer<Name extends Operation>(
  operation: Name,
  request: RequestOf<Name>,
  options: AnswerOptions<Name> = {},
): UseQueryResult<ResponseOf<Name>, Error> {
  const { enabled = true, every = false, keepsPrevious = true } = options;
  return useQuery<ResponseOf<Name>, Error>({
    queryKey: answerKey(operation, request),
    queryFn: ({ signal }) => call(operation, request, { signal }),
    enabled,
    refetchInterval: every,
    ...(keepsPrevious === false ? {} : { placeholderData: previous(keepsPrevious) as never }),
  });
}

function previous<Name extends Operation>(kept: true | ((before: RequestOf<Name>) => boolean)) {
  if (kept === true) return keepPreviousData;
  return (answer: ResponseOf<Name> | undefined, query: { readonly queryKey: readonly unknown[] } | undefined) =>
    query !== undefined && kept(query.queryKey[1] as RequestOf<Name>) ? answer : undefined;
}

/** Returns the key under which an answer is kept; without a request that of all answers of an operation. */
export function answerKey<Name extends Operation>(operation: Name, request?: RequestOf<Name>): readonly unknown[] {
  return request === undefined ? [operation] : [operation, request];
}

/**
 * Changes something on the server.
 *
 * @param operation What is done.
 * @param changed Operations whose answers are other ones afterwards, and are asked for again.
 */
export function useAction<Name extends Operation>(
  operation: Name,
  changed: readonly Operation[] = [],
): UseMutationResult<ResponseOf<Name>, Error, RequestOf<Name>> {
  const client = useQueryClient();
  return useMutation<ResponseOf<Name>, Error, RequestOf<Name>>({
    mutationFn: (request) => call(operation, request),
    onSettled: () => Promise.all(changed.map((name) => client.invalidateQueries({ queryKey: answerKey(name) }))),
  });
}

function isWorthAnother(attempts: number, error: Error): boolean {
  // What the server refused it will refuse again; what is out of reach or overloaded may come back.
  const isPassing = error instanceof ServerError && (error.status === 0 || error.status >= 502);
  return isPassing && attempts < MOST_ATTEMPTS;
}
