import { useSyncExternalStore } from "react";
import type { Store } from "../lib/store";

/** Returns the value of a store, and draws anew when it changes. */
export function useStore<Value>(store: Pick<Store<Value>, "get" | "subscribe">): Value {
  return useSyncExternalStore(store.subscribe, store.get);
}
