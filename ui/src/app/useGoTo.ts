import { useCallback } from "react";
import { useLocation } from "wouter";
import { call } from "../api";
import { useTranslation } from "../i18n";
import { modelAddress, runAddress, runsAddress } from "../lib/addresses";
import { quotedText } from "../lib/filterText";
import { type Command, useCommandSource } from "../state";

const MOST = 8;
const MOST_RUNS = 10;
// Runs are looked for in so many experiments: those in which something happened last.
const MOST_SEARCHED = 100;
const RUN_ID = /^[0-9a-f]{32}$/i;

/** Offers experiments, registered models and runs by name, and a run by its id, wherever the reader is. */
export function useGoTo(): void {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const experiments = useCallback(
    async (typed: string, signal: AbortSignal): Promise<readonly Command[]> => {
      const search = typed.trim();
      if (search === "" || RUN_ID.test(search)) return [];
      const found = await call("search_experiment_overviews", { search, max_results: MOST }, { signal });
      return found.experiments.map(({ experiment_id, name }) => ({
        id: `experiment ${experiment_id}`,
        text: t("experiments.goTo", { name }),
        run: () => navigate(runsAddress(experiment_id)),
      }));
    },
    [t, navigate],
  );
  const models = useCallback(
    async (typed: string, signal: AbortSignal): Promise<readonly Command[]> => {
      const search = typed.trim();
      if (search === "" || RUN_ID.test(search)) return [];
      const found = await call("search_model_overviews", { search, max_results: MOST }, { signal });
      return found.models.map(({ name }) => ({
        id: `model ${name}`,
        text: t("shell.commands.model", { name }),
        run: () => navigate(modelAddress(name)),
      }));
    },
    [t, navigate],
  );
  const runs = useCallback(
    async (typed: string, signal: AbortSignal): Promise<readonly Command[]> => {
      const search = typed.trim();
      if (search === "") return [];
      if (RUN_ID.test(search)) {
        const id = search.toLowerCase();
        return [{ id: `run ${id}`, text: t("runs.goTo", { name: id }), run: () => navigate(runAddress(id)) }];
      }
      const pattern = quotedText(`%${search}%`);
      if (pattern === null) return [];
      const { experiments: latest } = await call(
        "search_experiment_overviews",
        { order_by: "last_activity", descending: true, max_results: MOST_SEARCHED },
        { signal },
      );
      if (latest.length === 0) return [];
      const { attributes } = await call(
        "search_run_columns",
        {
          experiment_ids: latest.map(({ experiment_id }) => experiment_id),
          filter: `run_name ILIKE ${pattern}`,
          attributes: ["run_id", "run_name"],
          max_results: MOST_RUNS,
        },
        { signal },
      );
      return (attributes.run_id ?? []).map((id, place) => ({
        id: `run ${id}`,
        text: t("runs.goTo", { name: String(attributes.run_name?.[place] || id) }),
        run: () => navigate(runAddress(String(id))),
      }));
    },
    [t, navigate],
  );
  useCommandSource(experiments);
  useCommandSource(models);
  useCommandSource(runs);
}
