import { useCallback, useMemo } from "react";
import { Link } from "wouter";
import type { ExperimentOverviewMessage, Operation } from "../../api";
import { type DataColumn, DataTable, FailureNotice, Name, Skeleton, StatusMark, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { runAddress, runsAddress } from "../../lib/addresses";
import type { Stretch } from "../../lib/windows";
import { showNotice, useBulk, useUrlState } from "../../state";
import { orderBy, orderCodec } from "../runs/columns";
import { linesOf } from "../runs/lines";
import { type ColumnChoice, choiceOf, type RunRow } from "../runs/runRow";
import { useRowStore, useRunRows } from "../runs/table/useRunRows";
import { useRunIndex } from "../runs/useRunIndex";
import { BinActions } from "./BinActions";
import type { RemovalChoice } from "./removal";
import { usePicked } from "./usePicked";

const CHANGED: readonly Operation[] = [
  "search_run_columns",
  "search_experiment_overviews",
  "look_into_bin",
  "get_home",
];
const MOST_ROWS = 15;
// So many experiments one search takes.
const MOST_EXPERIMENTS = 1_000;
const CHOICE: ColumnChoice = choiceOf([], "last", false);
const WITH_TIME: ColumnChoice = { ...CHOICE, attributes: [...CHOICE.attributes, "deleted_time"] };
const USUAL_ORDER = { column: "start_time", isDescending: true };

/** What the table needs. */
export interface DeletedRunsProps {
  /** Active experiments of which some run lies in the bin. */
  readonly experiments: readonly ExperimentOverviewMessage[];
  readonly onRemove: (choice: RemovalChoice) => void;
}

/** Runs in the bin whose experiment is not there. */
export function DeletedRuns({ experiments, onRemove }: DeletedRunsProps) {
  const { t } = useTranslation();
  const [chosen, setOrder] = useUrlState("order", orderCodec);
  const order = chosen ?? USUAL_ORDER;
  const picked = usePicked();
  const { run, progress, error } = useBulk("restore_run", CHANGED);
  const ids = useMemo(
    () => experiments.slice(0, MOST_EXPERIMENTS).map(({ experiment_id }) => experiment_id),
    [experiments],
  );
  const names = useMemo(
    () => new Map(experiments.map(({ experiment_id, name }) => [experiment_id, name])),
    [experiments],
  );
  const question = useMemo(
    () => ({
      experiment_ids: ids,
      filter: "",
      order_by: orderBy(order, "last"),
      run_view_type: "DELETED_ONLY" as const,
    }),
    [ids, order],
  );
  const store = useRowStore();
  const index = useRunIndex(question, { choice: WITH_TIME, store }, true);
  const lines = useMemo(() => linesOf(index.ids, index.count, new Map()), [index.ids, index.count]);
  const rows = useRunRows(store, lines, WITH_TIME, true);
  const columns = useMemo<DataColumn<RunRow>[]>(() => {
    const title = (key: "run_name" | "experiment_id" | "start_time" | "status" | "user_id") => t(`runs.column.${key}`);
    return [
      {
        id: "run_name",
        title: title("run_name"),
        cell: ({ id, name }) => (
          <Link href={runAddress(id)}>
            <Name text={name || id} />
          </Link>
        ),
        width: 240,
        isSortable: true,
        isRowHeader: true,
      },
      {
        id: "experiment_id",
        title: title("experiment_id"),
        cell: ({ experimentId }) => (
          <Link href={runsAddress(experimentId)}>
            <Name text={names.get(experimentId) ?? experimentId} />
          </Link>
        ),
        width: 240,
      },
      {
        id: "deleted",
        title: t("bin.deleted"),
        cell: ({ deletedTime }) => <Time moment={deletedTime} isRelative />,
        width: 150,
      },
      {
        id: "start_time",
        title: title("start_time"),
        cell: ({ start }) => <Time moment={start} isRelative />,
        width: 150,
        isSortable: true,
        isDescendingFirst: true,
      },
      {
        id: "status",
        title: title("status"),
        cell: ({ status }) => <StatusMark status={status} />,
        width: 130,
        isSortable: true,
      },
      { id: "user_id", title: title("user_id"), cell: ({ user }) => <Name text={user} />, isSortable: true },
    ];
  }, [t, names]);
  const { onVisible } = rows;
  const { reach } = index;
  const onLines = useCallback(
    (seen: Stretch) => {
      onVisible(seen);
      reach(seen.end);
    },
    [onVisible, reach],
  );

  async function restore(): Promise<void> {
    const asked = picked.ids;
    const done = await run(asked.map((run_id) => ({ run_id })));
    if (done.length === asked.length) showNotice(t("runs.restored", { count: done.length }));
    else if (done.length > 0) showNotice(t("runs.restored.some", { count: done.length, total: asked.length }));
    picked.clear();
  }
  const failure = index.error ?? rows.error;
  return (
    <>
      <BinActions
        count={picked.ids.length}
        onRestore={() => void restore()}
        onRemove={() => onRemove({ run_ids: picked.ids, experiment_ids: [], everything: false })}
        onClear={picked.clear}
        progress={progress}
        error={error}
      />
      {failure === null ? null : (
        <FailureNotice error={failure} isKept onAgain={index.error === null ? rows.again : index.refetch} />
      )}
      {index.isPending ? (
        <Skeleton lines={5} />
      ) : (
        <DataTable<RunRow>
          label={t("bin.runs")}
          columns={columns}
          count={lines.count}
          rowAt={rows.rowAt}
          keyOf={({ id }) => id}
          nameOf={({ id, name }) => name || id}
          order={order}
          onOrder={setOrder}
          selection={picked}
          onVisible={onLines}
          mostRows={MOST_ROWS}
          isBusy={index.isBusy}
        />
      )}
    </>
  );
}
