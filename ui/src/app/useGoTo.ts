import { useCallback } from "react";
import { useLocation } from "wouter";
import { call } from "../api";
import { useTranslation } from "../i18n";
import { runAddress, runsAddress } from "../lib/addresses";
import { type Command, useCommandSource } from "../state";

const MOST = 8;
const RUN_ID = /^[0-9a-f]{32}$/i;

/** Offers experiments by name, and a run by its id, in the palette, wherever the reader is. */
export function useGoTo(): void {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const source = useCallback(
    async (typed: string, signal: AbortSignal): Promise<readonly Command[]> => {
      const text = typed.trim();
      if (text === "") return [];
      if (RUN_ID.test(text)) {
        const id = text.toLowerCase();
        return [{ id: `run ${id}`, text: t("runs.goTo", { name: id }), run: () => navigate(runAddress(id)) }];
      }
      const found = await call("search_experiment_overviews", { search: text, max_results: MOST }, { signal });
      return found.experiments.map(({ experiment_id, name }) => ({
        id: `experiment ${experiment_id}`,
        text: t("experiments.goTo", { name }),
        run: () => navigate(runsAddress(experiment_id)),
      }));
    },
    [t, navigate],
  );
  useCommandSource(source);
}
