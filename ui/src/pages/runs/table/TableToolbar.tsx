import { Columns3Cog, Download } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Checkbox, type Choice, Select } from "../../../components";
import { useTranslation } from "../../../i18n";
import { classes } from "../../../lib/classes";
import { formatCount } from "../../../lib/numbers";
import { useAnotherServer } from "../../../state";
import { columnId, SUMMARIES, type Summary } from "../columns";
import type { RunIndex } from "../useRunIndex";
import type { RunKeys } from "../useRunKeys";
import type { RunsView } from "../useRunsView";
import styles from "./TableMode.module.css";
import type { BestRuns } from "./useStar";

/** What the line above the table needs. */
export interface TableToolbarProps {
  readonly index: RunIndex;
  readonly view: RunsView;
  readonly keys: RunKeys;
  readonly star: BestRuns;
  readonly isTree: boolean;
  readonly isMany: boolean;
  readonly isLive: boolean;
  readonly onColumns: () => void;
  readonly onCsv: () => void;
}

/** How many runs there are, and how the table shows them. */
export function TableToolbar(props: TableToolbarProps) {
  const { index, view, keys, star, isTree, isMany, isLive, onColumns, onCsv } = props;
  const { t } = useTranslation();
  const isGrouped = view.group !== null;
  const { lacks } = useAnotherServer();
  return (
    <div className={styles.toolbar}>
      <RunCount index={index} isTree={isTree} />
      <span className={classes(styles.live, !isLive && styles.absent)}>{t("runs.live")}</span>
      <div className={styles.end}>
        {isGrouped ? null : (
          <>
            <StarChoice view={view} keys={keys} star={star} />
            {lacks("metric_summaries") ? null : (
              <Labelled text={t("runs.values")}>
                <Select<Summary>
                  label={t("runs.values")}
                  isLabelHidden
                  choices={SUMMARIES.map((value) => ({ value, text: t(`runs.values.${value}`) }))}
                  value={view.summary}
                  onChoice={view.setSummary}
                />
              </Labelled>
            )}
          </>
        )}
        <GroupChoice view={view} keys={keys} isMany={isMany} />
        {isGrouped ? null : (
          <>
            <Checkbox label={t("runs.differing")} isChecked={view.isDiffering} onCheck={view.setDiffering} />
            <Checkbox label={t("runs.sparks")} isChecked={view.hasSparks} onCheck={view.setSparks} />
            {keys.hasNested && view.filter === "" ? (
              <Checkbox label={t("runs.tree")} isChecked={isTree} onCheck={view.setTree} />
            ) : null}
          </>
        )}
        <Button icon={Columns3Cog} onClick={onColumns}>
          {t("runs.columns")}
        </Button>
        {isGrouped ? null : (
          <Button icon={Download} onClick={onCsv}>
            {t("runs.csv")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Labelled({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <span className={styles.choice}>
      <span aria-hidden="true">{text}</span>
      {children}
    </span>
  );
}

function RunCount({ index, isTree }: Pick<TableToolbarProps, "index" | "isTree">) {
  const { t, locale } = useTranslation();
  const { total, isTotalExact } = index;
  if (total === null) return null;
  const count = formatCount(total, locale);
  return (
    <span className={styles.count} role="status">
      {!isTotalExact
        ? t("runs.count.atLeast", { count })
        : isTree
          ? t("runs.count.top", { count: total })
          : t("runs.count", { count: total })}
    </span>
  );
}

function StarChoice({ view, keys, star }: Pick<TableToolbarProps, "view" | "keys" | "star">) {
  const { t, find } = useTranslation();
  if (keys.metrics.length === 0) return null;
  const metrics =
    star.metric === null || keys.metrics.includes(star.metric) ? keys.metrics : [star.metric, ...keys.metrics];
  const choices: Choice<string>[] = [
    { value: "", text: t("runs.star.none") },
    ...metrics.map((metric) => ({ value: metric, text: metric })),
  ];
  return (
    <>
      <Labelled text={t("runs.star")}>
        <Select
          label={t("runs.star")}
          isLabelHidden
          choices={choices}
          value={star.metric ?? ""}
          onChoice={view.setStar}
        />
      </Labelled>
      {star.direction === null ? null : <span className={styles.count}>{t(`runs.star.${star.direction}`)}</span>}
      {star.code === null ? null : (
        <span className={styles.hint}>{find(`errors.${star.code}`, { metric: star.metric }) ?? star.code}</span>
      )}
    </>
  );
}

const ATTRIBUTES = ["status", "user_id"] as const;

function GroupChoice({ view, keys, isMany }: Pick<TableToolbarProps, "view" | "keys" | "isMany">) {
  const { t } = useTranslation();
  const named = [
    ...keys.params.map((key) => ({ kind: "param", key }) as const),
    ...keys.tags.map((key) => ({ kind: "tag", key }) as const),
  ].map((column) => ({ value: columnId(column), text: `${column.key} · ${t(`runs.kind.${column.kind}`)}` }));
  const attributes = [...ATTRIBUTES, ...(isMany ? (["experiment_id"] as const) : [])].map((key) => ({
    value: key as string,
    text: t(`runs.column.${key}`),
  }));
  const choices: Choice<string>[] = [{ value: "", text: t("runs.group.none") }, ...attributes, ...named];
  const { group } = view;
  if (group !== null && !choices.some(({ value }) => value === group)) choices.push({ value: group, text: group });
  return (
    <Labelled text={t("runs.group")}>
      <Select
        label={t("runs.group")}
        isLabelHidden
        choices={choices}
        value={group ?? ""}
        onChoice={(value) => view.setGroup(value === "" ? null : value)}
      />
    </Labelled>
  );
}
