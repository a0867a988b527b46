import { Tabs } from "../../components";
import { useTranslation } from "../../i18n";
import { runAddress } from "../../lib/addresses";
import { formatCount } from "../../lib/numbers";
import type { Run } from "./runFacts";

/** The tabs of a run, each with how much is in it. */
export function RunTabs({ run }: { readonly run: Run }) {
  const { t, locale } = useTranslation();
  const id = run.info.run_id;
  const models = run.logged_models.filter(({ role }) => role === "output").length + run.model_paths.length;
  const note = (count: number) => (count > 0 ? { note: formatCount(count, locale) } : {});
  return (
    <Tabs
      label={t("run.tabs")}
      tabs={[
        { href: runAddress(id), text: t("run.tab.overview") },
        { href: runAddress(id, "parameters"), text: t("run.tab.parameters"), ...note(run.param_count) },
        { href: runAddress(id, "metrics"), text: t("run.tab.metrics"), ...note(run.metric_count) },
        { href: runAddress(id, "system"), text: t("run.tab.system"), ...note(run.system_metric_count) },
        { href: runAddress(id, "artifacts"), text: t("run.tab.artifacts") },
        { href: runAddress(id, "model"), text: t("run.tab.model"), ...note(models > 1 ? models : 0) },
      ]}
    />
  );
}
