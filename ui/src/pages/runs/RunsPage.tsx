import { FlaskConical, Trash2 } from "lucide-react";
import { Suspense, useMemo, useRef } from "react";
import { useLocation, useSearch } from "wouter";
import type { ExperimentMessage } from "../../api";
import {
  type Crumb,
  EmptyPlace,
  FailureNotice,
  LinkButton,
  Name,
  Page,
  ShortId,
  Skeleton,
  Tabs,
} from "../../components";
import { useTranslation } from "../../i18n";
import { experimentsAddress, runsAddress } from "../../lib/addresses";
import { distinctColours } from "../../lib/colours";
import { baseName, foldersAbove } from "../../lib/paths";
import { isNotFound, usePathParameters, useSelection, useShortcut, useTryAgain } from "../../state";
import { orderBy } from "./columns";
import { FilterLine } from "./filter/FilterLine";
import { isFilterFault } from "./filter/filterFault";
import { ChartsMode, CompareMode } from "./modes";
import styles from "./RunsPage.module.css";
import { RunColours } from "./runColours";
import { EmptyTable } from "./table/EmptyTable";
import { TableMode } from "./table/TableMode";
import { ROOTS } from "./table/useNested";
import { useRowStore } from "./table/useRunRows";
import { useColumns } from "./useColumns";
import { useExperiments } from "./useExperiments";
import { useRunCommands } from "./useRunCommands";
import { useRunIndex } from "./useRunIndex";
import { useRunKeys } from "./useRunKeys";
import { type RunsView, useRunsView } from "./useRunsView";

// Charts and comparison show so many of the first runs as long as none is picked.
const SHOWN_UNPICKED = 20;
const MODES = ["table", "charts", "compare"] as const;
const NOTE_TAG = "mlflow.note.content";

/** The runs of one or several experiments, as a table, as charts and side by side. */
export default function RunsPage() {
  const { experimentIds: written = "" } = usePathParameters<"experimentIds">("/experiments/:experimentIds");
  const experimentIds = useMemo(() => [...new Set(written.split(",").filter((id) => id !== ""))], [written]);
  // Other experiments are another page: nothing of the one before stays.
  return <Runs key={experimentIds.join(",")} experimentIds={experimentIds} />;
}

function Runs({ experimentIds }: { readonly experimentIds: readonly string[] }) {
  const { t } = useTranslation();
  const experiments = useExperiments(experimentIds);
  const tryAgain = useTryAgain();
  const view = useRunsView(experimentIds);
  const { found, names, error } = experiments;
  const only = experimentIds.length === 1 ? found[0] : undefined;
  const isDeleted = only?.lifecycle_stage === "deleted";
  const title = found.map(({ name }) => name).join(", ") || t("runs.title");
  if (error !== null && found.length === 0 && isNotFound(error)) {
    return (
      <Page title={t("runs.notFound.title")} crumbs={[{ text: t("experiments.title"), href: experimentsAddress() }]}>
        <EmptyPlace
          icon={FlaskConical}
          title={t("runs.notFound.title")}
          why={t("runs.notFound.why", { ids: experimentIds.join(", ") })}
          actions={<LinkButton href={experimentsAddress()}>{t("runs.notFound.back")}</LinkButton>}
        />
      </Page>
    );
  }
  return (
    <Page
      title={title}
      heading={
        <span className={styles.heading}>
          <bdi className={styles.title} title={title}>
            {only === undefined ? title : baseName(only.name) || only.name}
          </bdi>
          {only === undefined ? null : <ShortId id={only.experiment_id} name={t("runs.experimentId")} />}
        </span>
      }
      crumbs={crumbsOf(only?.name ?? "", t("experiments.title"))}
      bar={isDeleted ? undefined : <Modes experimentIds={experimentIds} view={view} />}
      isWide
    >
      <div className={styles.content}>
        {error === null ? null : <FailureNotice error={error} isKept={found.length > 0} onAgain={tryAgain} />}
        {only === undefined ? null : <ExperimentNote experiment={only} />}
        {isDeleted ? (
          <EmptyPlace
            icon={Trash2}
            title={t("runs.experimentInBin.title")}
            why={t("runs.experimentInBin")}
            actions={<LinkButton href="/bin">{t("bin.title")}</LinkButton>}
          />
        ) : (
          <OpenMode experimentIds={experimentIds} experimentNames={names} view={view} />
        )}
      </div>
    </Page>
  );
}

function ExperimentNote({ experiment }: { readonly experiment: ExperimentMessage }) {
  const note = experiment.tags?.find(({ key }) => key === NOTE_TAG)?.value ?? "";
  return note === "" ? null : (
    <p className={styles.notice}>
      <Name text={note} />
    </p>
  );
}

interface OpenModeProps {
  readonly experimentIds: readonly string[];
  readonly experimentNames: ReadonlyMap<string, string>;
  readonly view: RunsView;
}

/** Filter and selection, which all modes share, and the mode that is open. */
function OpenMode({ experimentIds, experimentNames, view }: OpenModeProps) {
  const keys = useRunKeys(experimentIds);
  const selection = useSelection();
  const filterBox = useRef<HTMLInputElement>(null);
  const [, navigate] = useLocation();
  const search = useSearch();
  useRunCommands(experimentIds);
  useShortcut("/", "runs.key.filter", () => filterBox.current?.focus());
  const isTable = view.mode === "table";
  const mayBeTree = isTable && view.filter === "" && (view.isTree ?? true);
  const isTree = mayBeTree && keys.hasNested;
  const question = useMemo(
    () => ({
      experiment_ids: experimentIds,
      filter: isTree ? ROOTS : view.filter,
      order_by: orderBy(view.order, view.summary),
    }),
    [experimentIds, isTree, view.filter, view.order, view.summary],
  );
  const columns = useColumns(view, keys, experimentIds.length > 1, isTree);
  const store = useRowStore();
  // Whether parts stand below their runs is known with the names of tags, and the usual columns with those of all: to
  // ask before would be to ask twice.
  const isAsked = (keys.isNestingKnown || !mayBeTree) && (columns.isKnown || !isTable);
  const index = useRunIndex(question, isTable ? { choice: columns.choice, store } : null, isAsked);
  const runIds = useMemo(
    () => (selection.ids.length > 0 ? selection.ids : index.ids.slice(0, SHOWN_UNPICKED)),
    [selection.ids, index.ids],
  );
  const colours = useMemo(() => distinctColours(runIds), [runIds]);
  const Mode = view.mode === "charts" ? ChartsMode : view.mode === "compare" ? CompareMode : null;
  return (
    <RunColours value={colours}>
      <FilterLine
        ref={filterBox}
        filter={view.filter}
        onFilter={view.setFilter}
        experimentIds={experimentIds}
        // The table says by itself what else failed.
        error={isTree || (Mode === null && !isFilterFault(index.error)) ? null : index.error}
      />
      {Mode === null ? (
        <TableMode
          experimentIds={experimentIds}
          experimentNames={experimentNames}
          view={view}
          question={question}
          index={index}
          keys={keys}
          columns={columns}
          store={store}
          selection={selection}
          isTree={isTree}
          onCompare={() => navigate(runsAddress(experimentIds, withView(search, "compare")))}
        />
      ) : (
        <Suspense fallback={<Skeleton lines={12} />}>
          {selection.ids.length === 0 && index.total !== null && index.total > runIds.length ? (
            <Unpicked shown={runIds.length} />
          ) : null}
          {runIds.length === 0 && index.isPending && index.error === null ? (
            <Skeleton lines={12} />
          ) : selection.ids.length === 0 && index.total === 0 ? (
            <EmptyTable
              filter={view.filter}
              isTree={false}
              onClear={() => view.setFilter("")}
              onList={() => view.setTree(false)}
              experimentName={experimentNames.get(experimentIds[0] ?? "") ?? ""}
            />
          ) : (
            <Mode runIds={runIds} experimentIds={experimentIds} />
          )}
        </Suspense>
      )}
    </RunColours>
  );
}

function Unpicked({ shown }: { readonly shown: number }) {
  const { t } = useTranslation();
  return <p className={styles.notice}>{t("runs.unpicked", { count: shown })}</p>;
}

function Modes({ experimentIds, view }: { readonly experimentIds: readonly string[]; readonly view: RunsView }) {
  const { t } = useTranslation();
  const search = useSearch();
  return (
    <Tabs
      label={t("runs.modes")}
      tabs={MODES.map((mode) => ({
        href: runsAddress(experimentIds, withView(search, mode)),
        text: t(`runs.mode.${mode}`),
        isCurrent: view.mode === mode,
      }))}
    />
  );
}

/** Everything stays as it is but the mode. */
function withView(search: string, mode: RunsView["mode"]): Record<string, string | null> {
  return { ...Object.fromEntries(new URLSearchParams(search)), view: mode === "table" ? null : mode };
}

function crumbsOf(name: string, root: string): Crumb[] {
  const folders = foldersAbove(name).map((folder) => ({
    text: <bdi>{baseName(folder)}</bdi>,
    href: experimentsAddress({ folder }),
  }));
  return [{ text: root, href: experimentsAddress() }, ...folders];
}
