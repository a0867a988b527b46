import { useCallback } from "react";
import { useLocation } from "wouter";
import { call } from "../../api";
import { useTranslation } from "../../i18n";
import { runAddress } from "../../lib/addresses";
import { quotedText } from "../../lib/filterText";
import { type Command, useCommandSource } from "../../state";

const MOST = 10;

/** Offers the runs of the experiments that are open in the palette, by name. */
export function useRunCommands(experimentIds: readonly string[]): void {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const source = useCallback(
    async (typed: string, signal: AbortSignal): Promise<readonly Command[]> => {
      const pattern = quotedText(`%${typed.trim()}%`);
      if (typed.trim() === "" || pattern === null) return [];
      const { attributes } = await call(
        "search_run_columns",
        {
          experiment_ids: experimentIds,
          filter: `run_name ILIKE ${pattern}`,
          attributes: ["run_id", "run_name"],
          max_results: MOST,
        },
        { signal },
      );
      return (attributes.run_id ?? []).map((id, place) => ({
        id: `run ${id}`,
        text: t("runs.goTo", { name: String(attributes.run_name?.[place] || id) }),
        run: () => navigate(runAddress(String(id))),
      }));
    },
    [experimentIds, t, navigate],
  );
  useCommandSource(source);
}
