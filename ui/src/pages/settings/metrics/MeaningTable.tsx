import { Pencil } from "lucide-react";
import { useMemo } from "react";
import type { MetricMeaningMessage } from "../../../api";
import { Badge, type DataColumn, DataTable, IconButton, MetricValue, Name, Nothing } from "../../../components";
import { useTranslation } from "../../../i18n";
import { formatMetric } from "../../../lib/numbers";
import styles from "../Settings.module.css";
import { DirectionMark } from "./DirectionMark";
import { thresholdsText, unitName } from "./meaningTexts";

type Meaning = MetricMeaningMessage;
const PARTS = ["direction", "unit", "scale", "thresholds", "target"] as const;
const ORIGINS = ["experiment", "server", "default"] as const;

/** What the table needs. */
export interface MeaningTableProps {
  readonly meanings: readonly Meaning[];
  readonly mayChange: boolean;
  readonly onEdit: (name: string) => void;
}

/** What each metric means and who says so. */
export function MeaningTable({ meanings, mayChange, onEdit }: MeaningTableProps) {
  const { t, locale } = useTranslation();
  const columns = useMemo<readonly DataColumn<Meaning>[]>(
    () => [
      {
        id: "metric",
        title: t("meanings.metric"),
        width: 180,
        isPinned: true,
        isRowHeader: true,
        cell: ({ metric }) => <Name text={metric} />,
      },
      {
        id: "direction",
        title: t("meanings.direction"),
        width: 175,
        cell: ({ direction }) => <DirectionMark direction={direction} />,
      },
      { id: "unit", title: t("meanings.unit"), width: 90, cell: ({ unit }) => unitName(unit, t) },
      {
        id: "scale",
        title: t("meanings.scale"),
        width: 105,
        align: "end",
        cell: ({ scale }) =>
          scale === null ? <Badge tone="warning">{t("meanings.scale.open")}</Badge> : <MetricValue value={scale} />,
      },
      {
        id: "thresholds",
        title: t("meanings.thresholds"),
        width: 170,
        cell: ({ thresholds }) => (thresholds === null ? <Nothing /> : thresholdsText(thresholds, locale)),
      },
      {
        id: "target",
        title: t("meanings.target"),
        width: 80,
        align: "end",
        cell: ({ target }) => <MetricValue value={target} />,
      },
      {
        id: "logged",
        title: t("meanings.logged"),
        width: 150,
        cell: ({ logged }) =>
          logged === null || logged.least === null || logged.greatest === null ? (
            <Nothing />
          ) : (
            t("meanings.range.between", {
              from: formatMetric(logged.least, locale),
              to: formatMetric(logged.greatest, locale),
            })
          ),
      },
      { id: "source", title: t("meanings.source"), width: 155, cell: (meaning) => <Source meaning={meaning} /> },
      ...(mayChange
        ? [
            {
              id: "actions",
              title: t("settings.actions"),
              width: 95,
              align: "end" as const,
              cell: ({ metric }: Meaning) => (
                <span className={styles.actions}>
                  <IconButton
                    icon={Pencil}
                    label={t("meanings.edit", { name: metric })}
                    onClick={() => onEdit(metric)}
                  />
                </span>
              ),
            },
          ]
        : []),
      {
        id: "notes",
        title: t("meanings.notes"),
        width: 420,
        cell: ({ notes }) =>
          notes.length === 0 ? <Nothing /> : <Name text={notes.map((note) => t(`meanings.note.${note}`)).join(" ")} />,
      },
    ],
    [t, locale, mayChange, onEdit],
  );
  return (
    <DataTable
      label={t("meanings.all")}
      columns={columns}
      count={meanings.length}
      rowAt={(index) => meanings[index]}
      keyOf={({ metric }) => metric}
      mostRows={16}
      {...(mayChange ? { onOpen: ({ metric }: Meaning) => onEdit(metric) } : {})}
    />
  );
}

/** Who says most about it: what was said in the experiment counts before what was said for the server. */
function Source({ meaning }: { readonly meaning: Meaning }) {
  const { t } = useTranslation();
  const origins = new Set(PARTS.map((part) => meaning.sources[part].origin));
  const origin = ORIGINS.find((one) => origins.has(one));
  if (origin === undefined) return <Nothing />;
  return <Badge tone={origin === "experiment" ? "accent" : "plain"}>{t(`meanings.source.${origin}`)}</Badge>;
}
