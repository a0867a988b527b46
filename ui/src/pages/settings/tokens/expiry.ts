const DAY = 24 * 60 * 60 * 1000;

/** For how long a token may count; `day` stands for a day that is named. */
export const EXPIRIES = ["30", "90", "365", "day", "never"] as const;

/** One of them. */
export type ExpiryChoice = (typeof EXPIRIES)[number];

/**
 * Returns when a token ends to count: null for never, undefined where no day is named yet or it lies behind.
 *
 * @param choice For how long.
 * @param day Day as the browser writes it, such as 2026-01-31; the token counts until it ends where the reader is.
 * @param now The moment now.
 */
export function expiresAt(choice: ExpiryChoice, day: string, now: number): number | null | undefined {
  if (choice === "never") return null;
  if (choice !== "day") return now + Number(choice) * DAY;
  const end = new Date(`${day}T23:59:59.999`).getTime();
  return Number.isNaN(end) || end <= now ? undefined : end;
}
