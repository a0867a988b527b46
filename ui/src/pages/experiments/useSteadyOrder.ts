import { useMemo, useState } from "react";
import type { TableOrder } from "../../components";
import { type Entry, sortedEntries } from "./folders";

/**
 * Returns lines in order, and leaves them there when their values change: nothing moves under the reader's eyes.
 *
 * They are put in order anew when there are other lines, or when another order is asked for.
 */
export function useSteadyOrder(lines: readonly Entry[], order: TableOrder, locale: string): readonly Entry[] {
  const question = `${order.column} ${order.isDescending} ${locale} ${lines
    .map(({ key }) => key)
    .sort()
    .join("\n")}`;
  const [steady, setSteady] = useState<{ readonly question: string; readonly keys: readonly string[] } | null>(null);
  if (steady?.question !== question) {
    setSteady({ question, keys: sortedEntries(lines, order, locale).map(({ key }) => key) });
  }
  return useMemo(() => {
    const byKey = new Map(lines.map((entry) => [entry.key, entry]));
    return (steady?.keys ?? []).flatMap((key) => byKey.get(key) ?? []);
  }, [lines, steady]);
}
