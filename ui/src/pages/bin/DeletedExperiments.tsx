import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { ExperimentOverviewMessage, Operation } from "../../api";
import { type DataColumn, DataTable, Name, type TableOrder, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { runsAddress } from "../../lib/addresses";
import { formatCount } from "../../lib/numbers";
import { showNotice, useBulk } from "../../state";
import { BinActions } from "./BinActions";
import type { RemovalChoice } from "./removal";
import { usePicked } from "./usePicked";

const CHANGED: readonly Operation[] = [
  "search_experiment_overviews",
  "search_run_columns",
  "get_experiment",
  "look_into_bin",
  "get_home",
];
const MOST_ROWS = 10;

/** What the table needs. */
export interface DeletedExperimentsProps {
  readonly experiments: readonly ExperimentOverviewMessage[];
  readonly onRemove: (choice: RemovalChoice) => void;
}

/** Experiments in the bin, each with the runs that lie there with it. */
export function DeletedExperiments({ experiments, onRemove }: DeletedExperimentsProps) {
  const { t, locale } = useTranslation();
  const [order, setOrder] = useState<TableOrder>({ column: "deleted", isDescending: true });
  const picked = usePicked();
  const { run, progress, error } = useBulk("restore_experiment", CHANGED);
  const ordered = useMemo(() => sorted(experiments, order, locale), [experiments, order, locale]);
  const ids = picked.ids.filter((id) => experiments.some(({ experiment_id }) => experiment_id === id));
  const columns = useMemo<DataColumn<ExperimentOverviewMessage>[]>(
    () => [
      {
        id: "name",
        title: t("experiments.name"),
        cell: ({ experiment_id, name }) => (
          <Link href={runsAddress(experiment_id)}>
            <Name text={name} />
          </Link>
        ),
        width: 380,
        isSortable: true,
        isRowHeader: true,
      },
      {
        id: "runs",
        title: t("experiments.runs"),
        cell: ({ run_count, counts_are_exact }) => formatCount(run_count, locale) + (counts_are_exact ? "" : "+"),
        width: 100,
        align: "end",
        isSortable: true,
      },
      {
        id: "deleted",
        title: t("bin.deleted"),
        cell: ({ last_update_time }) => <Time moment={last_update_time} isRelative />,
        width: 160,
        isSortable: true,
      },
      {
        id: "created",
        title: t("experiments.created"),
        cell: ({ creation_time }) => <Time moment={creation_time} />,
        width: 190,
        isSortable: true,
      },
    ],
    [t, locale],
  );

  async function restore(): Promise<void> {
    const done = await run(ids.map((experiment_id) => ({ experiment_id })));
    if (done.length > 0) showNotice(t("experiments.restored", { count: done.length, total: ids.length }));
    picked.clear();
  }
  return (
    <>
      <BinActions
        count={ids.length}
        onRestore={() => void restore()}
        onRemove={() => onRemove({ run_ids: [], experiment_ids: ids, everything: false })}
        onClear={picked.clear}
        progress={progress}
        error={error}
      />
      <DataTable<ExperimentOverviewMessage>
        label={t("bin.experiments")}
        columns={columns}
        count={ordered.length}
        rowAt={(index) => ordered[index]}
        keyOf={({ experiment_id }) => experiment_id}
        nameOf={({ name }) => name}
        order={order}
        onOrder={setOrder}
        selection={picked}
        mostRows={MOST_ROWS}
      />
    </>
  );
}

function sorted(
  experiments: readonly ExperimentOverviewMessage[],
  { column, isDescending }: TableOrder,
  locale: string,
): ExperimentOverviewMessage[] {
  const sign = isDescending ? -1 : 1;
  return [...experiments].sort((one, other) => {
    if (column === "runs") return sign * (one.run_count - other.run_count);
    if (column === "deleted") return sign * (one.last_update_time - other.last_update_time);
    if (column === "created") return sign * (one.creation_time - other.creation_time);
    return sign * one.name.localeCompare(other.name, locale);
  });
}
