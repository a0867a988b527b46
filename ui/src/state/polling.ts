import { useEffect, useState } from "react";

const LIVE = 3_000;
const CALM = 30_000;
const CLOCK = 15_000;

/**
 * Returns after how many milliseconds to ask again: soon while something runs, seldom else.
 *
 * Nothing is asked for while the page is hidden; TanStack Query sees to that.
 */
export function pollingInterval(isLive: boolean): number {
  return isLive ? LIVE : CALM;
}

/** Returns the time, anew a few times a minute: for durations of what runs, and for how long ago something was. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), CLOCK);
    return () => clearInterval(timer);
  }, []);
  return now;
}
