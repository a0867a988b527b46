import { ArrowRightLeft } from "lucide-react";
import { Link } from "wouter";
import type { ModelVersionRowMessage, VersionSummaryMessage } from "../../api";
import {
  Badge,
  ByteSize,
  type DataColumn,
  IconButton,
  MetricValue,
  Name,
  Nothing,
  ReadMetric,
  Time,
} from "../../components";
import type { Translate } from "../../i18n";
import { runAddress } from "../../lib/addresses";
import { metricNames } from "./comparison";
import { StageBadge } from "./StageBadge";
import { TagList } from "./TagList";
import type { LoadedModel } from "./useModel";
import { VersionName } from "./VersionName";
import styles from "./versionColumns.module.css";
import { METRIC } from "./versionOrder";

type Column = DataColumn<ModelVersionRowMessage>;

/** What the columns of the table of versions need. */
export interface VersionColumnsOptions {
  readonly model: LoadedModel;
  /** Whether all versions are here, so that they can be put into another order. */
  readonly isWhole: boolean;
  /** Opens the dialog that moves a version; undefined where the reader may not. */
  readonly onMove: ((version: VersionSummaryMessage) => void) | undefined;
  readonly t: Translate;
}

/** Returns the columns of the table of versions: what each is, its metrics side by side, and where it comes from. */
export function versionColumns({ model, isWhole, onMove, t }: VersionColumnsOptions): readonly Column[] {
  const { name } = model.overview;
  const sortable = { isSortable: isWhole };
  return [
    {
      id: "version",
      title: t("models.versions.version"),
      width: 170,
      isPinned: true,
      isRowHeader: true,
      isDescendingFirst: true,
      ...sortable,
      cell: ({ summary }) => <VersionName model={name} version={summary.version} label={summary.label} />,
    },
    {
      id: "stage",
      title: t("models.versions.stage"),
      width: 140,
      ...sortable,
      cell: ({ summary }) => (
        <span className={styles.stage}>
          <StageBadge stage={summary.stage} />
          {onMove === undefined ? null : (
            <IconButton
              icon={ArrowRightLeft}
              label={t("models.transition.of", { version: summary.version })}
              onClick={() => onMove(summary)}
            />
          )}
        </span>
      ),
    },
    {
      id: "aliases",
      title: t("models.aliases"),
      width: 130,
      cell: ({ summary: { aliases } }) =>
        aliases.length === 0 ? (
          <Nothing />
        ) : (
          <span className={styles.badges}>
            {aliases.map((alias) => (
              <Badge key={alias}>@{alias}</Badge>
            ))}
          </span>
        ),
    },
    ...metricNames(model.versions).map((metric) => metricColumn(model, metric, isWhole)),
    {
      id: "run",
      title: t("models.versions.run"),
      width: 180,
      ...sortable,
      cell: ({ summary: { run_id, run_name } }) =>
        run_id === null ? (
          <Nothing />
        ) : (
          <Link href={runAddress(run_id)}>
            <Name text={run_name ?? run_id} />
          </Link>
        ),
    },
    {
      id: "registered",
      title: t("models.versions.registered"),
      width: 130,
      isDescendingFirst: true,
      ...sortable,
      cell: ({ summary }) => <Time moment={summary.creation_timestamp} isRelative />,
    },
    {
      id: "tags",
      title: t("models.tags"),
      width: 220,
      cell: ({ tags }) => (Object.keys(tags).length === 0 ? <Nothing /> : <TagList tags={tags} isOneLine />),
    },
    {
      id: "description",
      title: t("models.description"),
      width: 220,
      cell: ({ description }) => (description === null ? <Nothing /> : <Name text={description} />),
    },
    {
      id: "size",
      title: t("models.versions.size"),
      width: 90,
      align: "end",
      isDescendingFirst: true,
      ...sortable,
      cell: ({ size_bytes }) => <ByteSize bytes={size_bytes} />,
    },
  ];
}

function metricColumn({ readings }: LoadedModel, metric: string, isWhole: boolean): Column {
  const reading = readings[metric];
  return {
    id: `${METRIC}${metric}`,
    title: metric,
    width: 130,
    align: "end",
    isSortable: isWhole,
    isDescendingFirst: reading?.direction !== "lower",
    cell: ({ metrics, summary: { key_metric } }) => {
      const value = metrics[metric];
      if (value === undefined) return <Nothing />;
      if (reading === undefined) return <MetricValue value={value} />;
      const band = key_metric?.key === metric ? key_metric.band : null;
      return <ReadMetric value={value} reading={reading} band={band} isShort />;
    },
  };
}
