import { createStore } from "../lib/store";
import { useStore } from "./useStore";

/** A short word on what was just done. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  /** What can be done about it, such as taking it back. */
  readonly action?: { readonly text: string; readonly run: () => void };
}

const MOST = 3;
const notices = createStore<readonly Notice[]>([]);
let count = 0;

/** Says something below the page; it stays until it is closed or others push it out. */
export function showNotice(text: string, action?: Notice["action"]): void {
  count += 1;
  const notice: Notice = action === undefined ? { id: count, text } : { id: count, text, action };
  notices.update((others) => [...others, notice].slice(-MOST));
}

/** Takes a notice away. */
export function closeNotice(id: number): void {
  notices.update((others) => others.filter((notice) => notice.id !== id));
}

/** Returns the notices that are shown. */
export function useNotices(): readonly Notice[] {
  return useStore(notices);
}
