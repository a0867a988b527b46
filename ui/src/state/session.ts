import type { WhoAmIResponse } from "../api";
import { useAnswer } from "./server";

/** Who uses the page, and what she may. */
export interface Session {
  /** Her name; null where nobody logs in, and until it is known. */
  readonly username: string | null;
  readonly isAdmin: boolean;
  /** Whether one logs in here. */
  readonly hasAccounts: boolean;
  /** Whether all this is known already. */
  readonly isKnown: boolean;
  /** All that the server says; null until it is known. */
  readonly details: WhoAmIResponse | null;
  /** Why it is not known. */
  readonly error: Error | null;
  /** Asks again. */
  readonly again: () => void;
}

/** Returns who uses the page. */
export function useSession(): Session {
  const { data, error, refetch } = useAnswer("who_am_i", {});
  return {
    username: data?.has_accounts ? data.username : null,
    isAdmin: data?.is_admin ?? false,
    hasAccounts: data?.has_accounts ?? false,
    isKnown: data !== undefined,
    details: data ?? null,
    error,
    again: () => void refetch(),
  };
}
