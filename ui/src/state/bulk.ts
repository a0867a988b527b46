import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { call, type Operation, type RequestOf } from "../api";
import { answerKey } from "./server";

const AT_ONCE = 4;

/** Work on many things, one request each. */
export interface Bulk<Name extends Operation> {
  /** Does it; returns what was done, which is all of it unless it was stopped or something failed. */
  readonly run: (requests: readonly RequestOf<Name>[]) => Promise<readonly RequestOf<Name>[]>;
  /** How far it is; null while nothing is done. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  /** Why it ended early. */
  readonly error: Error | null;
  /** Begins no further request. */
  readonly stop: () => void;
}

/**
 * Changes many things on the server, some at once; ends at the first that fails.
 *
 * @param operation What is done to each.
 * @param changed Operations whose answers are other ones afterwards; keep the list the same between drawings.
 */
export function useBulk<Name extends Operation>(operation: Name, changed: readonly Operation[]): Bulk<Name> {
  const client = useQueryClient();
  const [progress, setProgress] = useState<Bulk<Name>["progress"]>(null);
  const [error, setError] = useState<Error | null>(null);
  const isStopped = useRef(false);
  const stop = useCallback(() => {
    isStopped.current = true;
  }, []);
  useEffect(() => stop, [stop]);

  const run = useCallback(
    async (requests: readonly RequestOf<Name>[]) => {
      isStopped.current = false;
      setError(null);
      setProgress({ done: 0, total: requests.length });
      const done: RequestOf<Name>[] = [];
      const waiting = [...requests];
      async function work(): Promise<void> {
        for (let next = waiting.shift(); next !== undefined && !isStopped.current; next = waiting.shift()) {
          await call(operation, next);
          done.push(next);
          setProgress({ done: done.length, total: requests.length });
        }
      }
      try {
        const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
        const failure = results.find((result) => result.status === "rejected");
        if (failure !== undefined)
          setError(failure.reason instanceof Error ? failure.reason : new Error(String(failure.reason)));
      } finally {
        setProgress(null);
        await Promise.all(changed.map((name) => client.invalidateQueries({ queryKey: answerKey(name) })));
      }
      return done;
    },
    [client, operation, changed],
  );
  return { run, progress, error, stop };
}
