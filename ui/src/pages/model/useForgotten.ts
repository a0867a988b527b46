import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { answerKey } from "../../state";
import { REGISTRY_ANSWERS } from "./changed";

/**
 * Returns what forgets the answers about the registry that nobody looks at.
 *
 * After something was removed, what is on the page is left by itself: asked for again, it would be said to be gone.
 */
export function useForgotten(): () => void {
  const client = useQueryClient();
  return useCallback(() => {
    for (const name of REGISTRY_ANSWERS) client.removeQueries({ queryKey: answerKey(name), type: "inactive" });
  }, [client]);
}
