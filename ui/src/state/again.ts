import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** Returns what asks again for all that this page shows and could not get. */
export function useTryAgain(): () => void {
  const client = useQueryClient();
  return useCallback(() => {
    void client.refetchQueries({ type: "active", predicate: ({ state }) => state.status === "error" });
  }, [client]);
}
