import { useMemo } from "react";
import { Link, useLocation } from "wouter";
import type { RunGroupMessage } from "../../../api";
import {
  type DataColumn,
  DataTable,
  EmptyPlace,
  FailureNotice,
  MetricValue,
  Name,
  type RunStatus,
  Skeleton,
  StatusMark,
} from "../../../components";
import { type Translate, useTranslation } from "../../../i18n";
import { runsAddress } from "../../../lib/addresses";
import { formatCount } from "../../../lib/numbers";
import { useUrlState } from "../../../state";
import { type ColumnName, parseColumn } from "../columns";
import { isFilterFault } from "../filter/filterFault";
import type { RunsView } from "../useRunsView";
import styles from "./GroupTable.module.css";
import { groupFilter, groupOrderCodec, groupOrdering, STATISTICS, statisticId } from "./groupOrder";
import { columnTitle } from "./runColumns";
import { type GroupQuestion, useRunGroups } from "./useRunGroups";

const MOST_METRICS = 10;

/** What the table of groups needs. */
export interface GroupTableProps {
  readonly experimentIds: readonly string[];
  readonly experimentNames: ReadonlyMap<string, string>;
  readonly view: RunsView;
  /** Id of the column that makes the groups. */
  readonly group: string;
  readonly metrics: readonly string[];
}

/** Runs in groups that have one value, with least, mean and greatest value of the metrics that are columns. */
export function GroupTable(props: GroupTableProps) {
  const column = parseColumn(props.group);
  const { t } = useTranslation();
  if (column === null || column.kind === "metric") return <EmptyPlace title={t("runs.group.unknown")} />;
  return <Groups {...props} column={column} />;
}

function Groups(props: GroupTableProps & { readonly column: ColumnName }) {
  const { experimentIds, experimentNames, view, column, metrics } = props;
  const { t, locale } = useTranslation();
  const [, navigate] = useLocation();
  const [order, setOrder] = useUrlState("groups", groupOrderCodec);
  const told = useMemo(() => metrics.slice(0, MOST_METRICS), [metrics]);
  const question: GroupQuestion = {
    experiment_ids: experimentIds,
    ...(view.filter === "" ? {} : { filter: view.filter }),
    group_by: column.kind === "param" || column.kind === "tag" ? column.kind : "attribute",
    key: column.key,
    metrics: told,
    ...groupOrdering(order, told),
  };
  const groups = useRunGroups(question);
  const columns = useMemo<DataColumn<RunGroupMessage>[]>(() => {
    const face = (row: RunGroupMessage) => <GroupValue column={column} value={row.value} names={experimentNames} />;
    return [
      {
        id: "value",
        title: columnTitle(column, t),
        cell: face,
        width: 260,
        isSortable: true,
        isPinned: true,
        isRowHeader: true,
      },
      {
        id: "count",
        title: t("runs.group.runs"),
        cell: (row) => formatCount(row.count, locale),
        width: 100,
        align: "end",
        isSortable: true,
        isDescendingFirst: true,
      },
      ...told.flatMap((metric) => metricColumns(metric, t)),
    ];
  }, [column, told, experimentNames, t, locale]);

  function open(group: RunGroupMessage): void {
    if (column.kind === "attribute" && column.key === "experiment_id" && group.value !== null) {
      navigate(runsAddress(group.value));
      return;
    }
    const filter = groupFilter(column, group.value, view.filter);
    if (filter !== null) view.openGroup(filter);
  }
  const { error } = groups;
  return (
    <>
      {error === null || isFilterFault(error) ? null : (
        <FailureNotice error={error} isKept={groups.groups.length > 0} onAgain={groups.refetch} />
      )}
      {groups.isPending ? (
        error === null && <Skeleton lines={10} />
      ) : error !== null && groups.groups.length === 0 ? null : (
        <>
          <p className={styles.note}>
            {groups.isComplete
              ? t("runs.group.all", { groups: groups.total, runs: groups.runs })
              : t("runs.group.some", { runs: formatCount(groups.runs, locale) })}
            {metrics.length > told.length
              ? ` ${t("runs.group.metrics", { count: told.length, total: metrics.length })}`
              : ""}
          </p>
          <DataTable<RunGroupMessage>
            label={t("runs.group.table")}
            columns={columns}
            count={groups.total}
            rowAt={(index) => groups.groups[index]}
            keyOf={keyOf}
            order={order}
            onOrder={setOrder}
            onOpen={open}
            onVisible={({ end }) => groups.reach(end)}
            isBusy={groups.isBusy}
          />
        </>
      )}
    </>
  );
}

function keyOf(group: RunGroupMessage): string {
  return group.value === null ? "" : `=${group.value}`;
}

function metricColumns(metric: string, t: Translate): DataColumn<RunGroupMessage>[] {
  return STATISTICS.map((statistic) => ({
    id: statisticId(statistic, metric),
    title: t(`runs.group.${statistic}`, { metric }),
    cell: (row) => <MetricValue value={row.metrics[metric]?.[statistic]} />,
    width: 130,
    align: "end",
    isSortable: true,
  }));
}

interface GroupValueProps {
  readonly column: ColumnName;
  readonly value: string | null;
  readonly names: ReadonlyMap<string, string>;
}

function GroupValue({ column, value, names }: GroupValueProps) {
  const { t } = useTranslation();
  if (value === null) return <span className={styles.nothing}>{t("runs.group.nothing")}</span>;
  if (column.kind !== "attribute") return <Name text={value} />;
  if (column.key === "status") return <StatusMark status={value as RunStatus} />;
  if (column.key !== "experiment_id") return <Name text={value} />;
  return (
    <Link href={runsAddress(value)}>
      <Name text={names.get(value) ?? value} />
    </Link>
  );
}
