import type { ReactNode } from "react";
import { FailureNotice, Skeleton } from "../../components";

/** An answer of the server, as far as it is there. */
export interface PendingAnswer {
  readonly data: unknown;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

/** What is drawn of answers that something needs. */
export interface PendingProps {
  readonly answers: readonly PendingAnswer[];
  readonly children: ReactNode;
}

/** Draws what needs several answers when all are there; says which failed, and asks for those again. */
export function Pending({ answers, children }: PendingProps) {
  const failed = answers.filter(({ error }) => error !== null);
  const isThere = answers.every(({ data }) => data !== undefined);
  return (
    <>
      {failed.length === 0 ? null : (
        <FailureNotice
          error={failed[0]?.error}
          isKept={isThere}
          onAgain={() => {
            for (const answer of failed) void answer.refetch();
          }}
        />
      )}
      {isThere ? children : failed.length === 0 ? <Skeleton lines={2} /> : null}
    </>
  );
}
