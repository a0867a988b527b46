import { SearchX } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { EmptyPlace, FailureNotice, LinkButton, NotFoundPage, Page, Skeleton, StatusMark } from "../../components";
import { useTranslation } from "../../i18n";
import { experimentsAddress, RUN_TABS, type RunTab, runsAddress } from "../../lib/addresses";
import { isNotFound, pollingInterval, useAnswer, usePathParameters } from "../../state";
import { DeletedBanner } from "./DeletedBanner";
import { OverviewTab } from "./OverviewTab";
import { RunActions } from "./RunActions";
import styles from "./RunPage.module.css";
import { RunTabs } from "./RunTabs";
import { isLive, type Run } from "./runFacts";

const ParametersTab = lazy(() => import("./ParametersTab"));
const MetricsTab = lazy(() => import("./MetricsTab"));
const ArtifactsTab = lazy(() => import("./ArtifactsTab"));
const ModelTab = lazy(() => import("./ModelTab"));

const PATTERN = "/runs/:runId/:tab?";
// An answer with more metrics than this is long: it is asked for less often.
const MANY_METRICS = 1_000;

/** One run: what it is, what was logged to it, its files and its model. */
export default function RunPage() {
  const { runId = "", tab: written = "" } = usePathParameters<"runId" | "tab">(PATTERN);
  const tab = RUN_TABS.find((name) => name === written) ?? null;
  if (tab === null && written !== "") return <NotFoundPage />;
  // Another run is another page: nothing of the one before stays.
  return <RunView key={runId} runId={runId} tab={tab} />;
}

function RunView({ runId, tab }: { readonly runId: string; readonly tab: RunTab | null }) {
  const { t } = useTranslation();
  const [isWatched, setIsWatched] = useState(false);
  const { data, error, refetch } = useAnswer(
    "get_run_overview",
    { run_id: runId },
    { every: pollingInterval(isWatched), keepsPrevious: false },
  );
  const isChanging = data !== undefined && isLive(data) && data.metric_count + data.system_metric_count < MANY_METRICS;
  if (isChanging !== isWatched) setIsWatched(isChanging);
  const failure =
    error === null ? null : <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />;
  if (data === undefined) {
    return (
      <Page title={t("run.title")} isWide>
        {isNotFound(error) ? <NoRun runId={runId} /> : (failure ?? <Skeleton lines={10} />)}
      </Page>
    );
  }
  const { info } = data;
  const name = info.run_name === "" ? info.run_id : info.run_name;
  return (
    <Page
      isWide
      title={name}
      heading={
        <span className={styles.heading}>
          <bdi>{name}</bdi>
          <span className={styles.status}>
            <StatusMark status={info.status} />
          </span>
        </span>
      }
      crumbs={[
        { text: t("run.crumbs.experiments"), href: experimentsAddress() },
        { text: <bdi>{data.experiment_name}</bdi>, href: runsAddress(info.experiment_id) },
        { text: <bdi>{name}</bdi> },
      ]}
      actions={<RunActions run={data} />}
      bar={<RunTabs run={data} />}
    >
      {failure}
      {info.lifecycle_stage === "deleted" ? <DeletedBanner run={data} /> : null}
      <Suspense fallback={<Skeleton lines={8} />}>
        <TabContent run={data} tab={tab} />
      </Suspense>
    </Page>
  );
}

function TabContent({ run, tab }: { readonly run: Run; readonly tab: RunTab | null }) {
  if (tab === "parameters") return <ParametersTab run={run} />;
  if (tab === "metrics") return <MetricsTab key="metrics" run={run} isSystem={false} />;
  if (tab === "system") return <MetricsTab key="system" run={run} isSystem />;
  if (tab === "artifacts") return <ArtifactsTab run={run} />;
  if (tab === "model") return <ModelTab run={run} />;
  return <OverviewTab run={run} />;
}

function NoRun({ runId }: { readonly runId: string }) {
  const { t } = useTranslation();
  return (
    <EmptyPlace
      icon={SearchX}
      title={t("run.none.title")}
      why={t("run.none.why", { id: runId })}
      actions={<LinkButton href={experimentsAddress()}>{t("run.none.experiments")}</LinkButton>}
    />
  );
}
