import { Pencil, Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import type { MetricMeaningOverrideMessage } from "../../../api";
import {
  Badge,
  ConfirmDialog,
  type DataColumn,
  DataTable,
  IconButton,
  MetricValue,
  Name,
  Nothing,
  Time,
} from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAction } from "../../../state";
import styles from "../Settings.module.css";
import { DirectionMark } from "./DirectionMark";
import { thresholdsText, unitName } from "./meaningTexts";

type Said = MetricMeaningOverrideMessage;

/** What the table needs. */
export interface SaidTableProps {
  readonly overrides: readonly Said[];
  /** The experiment that is looked at; null for the whole server. */
  readonly experimentId: string | null;
  readonly mayChange: boolean;
  readonly onEdit: (said: Said) => void;
}

/** All that was said of metrics here; in an experiment what was said for the whole server stands there too. */
export function SaidTable({ overrides, experimentId, mayChange, onEdit }: SaidTableProps) {
  const [removing, setRemoving] = useState<Said | null>(null);
  const { t } = useTranslation();
  const columns = useColumns(experimentId, mayChange, onEdit, setRemoving);
  return (
    <>
      <DataTable
        label={t("meanings.said")}
        columns={columns}
        count={overrides.length}
        rowAt={(index) => overrides[index]}
        keyOf={(said) => `${said.experiment_id ?? ""} ${said.pattern}`}
        mostRows={12}
        {...(mayChange ? { onOpen: (said: Said) => (isHere(said, experimentId) ? onEdit(said) : undefined) } : {})}
      />
      {removing === null ? null : <RemoveDialog said={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function isHere(said: Said, experimentId: string | null): boolean {
  return (said.experiment_id ?? null) === experimentId;
}

function useColumns(
  experimentId: string | null,
  mayChange: boolean,
  onEdit: (said: Said) => void,
  onRemove: (said: Said) => void,
): readonly DataColumn<Said>[] {
  const { t, locale } = useTranslation();
  return useMemo(() => {
    const columns: DataColumn<Said>[] = [
      {
        id: "pattern",
        title: t("meanings.pattern"),
        width: 150,
        isRowHeader: true,
        isPinned: true,
        cell: (said) => <Name text={said.pattern} />,
      },
      {
        id: "direction",
        title: t("meanings.direction"),
        width: 170,
        cell: (said) => (said.direction == null ? <Nothing /> : <DirectionMark direction={said.direction} />),
      },
      {
        id: "unit",
        title: t("meanings.unit"),
        width: 85,
        cell: (said) => (said.unit == null ? <Nothing /> : unitName(said.unit, t)),
      },
      {
        id: "scale",
        title: t("meanings.scale"),
        width: 95,
        align: "end",
        cell: (said) => <MetricValue value={said.scale} />,
      },
      {
        id: "thresholds",
        title: t("meanings.thresholds"),
        width: 145,
        cell: (said) =>
          said.thresholds == null
            ? partText(said.without?.includes("thresholds"), t("meanings.none"))
            : thresholdsText(said.thresholds, locale),
      },
      {
        id: "target",
        title: t("meanings.target"),
        width: 75,
        align: "end",
        cell: (said) => (said.without?.includes("target") ? t("meanings.none") : <MetricValue value={said.target} />),
      },
      { id: "actor", title: t("meanings.actor"), width: 90, cell: (said) => <Name text={said.actor} /> },
      {
        id: "when",
        title: t("meanings.when"),
        width: 105,
        cell: (said) => <Time moment={said.last_updated_timestamp} isRelative />,
      },
    ];
    if (experimentId !== null) {
      columns.splice(1, 0, {
        id: "place",
        title: t("meanings.scope"),
        width: 145,
        cell: (said) =>
          said.experiment_id == null ? (
            <Badge>{t("meanings.scope.server")}</Badge>
          ) : (
            <Badge tone="accent">{t("meanings.scope.here")}</Badge>
          ),
      });
    }
    if (mayChange) {
      columns.push({
        id: "actions",
        title: t("settings.actions"),
        width: 90,
        align: "end",
        cell: (said) =>
          isHere(said, experimentId) ? (
            <span className={styles.actions}>
              <IconButton
                icon={Pencil}
                label={t("meanings.edit", { name: said.pattern })}
                onClick={() => onEdit(said)}
              />
              <IconButton
                icon={Trash2}
                label={t("meanings.remove", { name: said.pattern })}
                onClick={() => onRemove(said)}
              />
            </span>
          ) : null,
      });
    }
    return columns;
  }, [t, locale, experimentId, mayChange, onEdit, onRemove]);
}

function partText(isWithout: boolean | undefined, none: string) {
  return isWithout ? none : <Nothing />;
}

function RemoveDialog({ said, onClose }: { readonly said: Said; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const ofServer = useAction("delete_metric_meaning", ["list_metric_meaning_overrides", "get_metric_meanings"]);
  const ofExperiment = useAction("delete_experiment_metric_meaning", [
    "list_metric_meaning_overrides",
    "get_metric_meanings",
  ]);
  const { pattern } = said;
  function remove(): void {
    const done = { onSuccess: onClose };
    if (said.experiment_id == null) ofServer.mutate({ pattern }, done);
    else ofExperiment.mutate({ experiment_id: said.experiment_id, pattern }, done);
  }
  return (
    <ConfirmDialog
      title={t("meanings.remove.title")}
      confirm={t("meanings.remove.confirm")}
      isDangerous
      isBusy={ofServer.isPending || ofExperiment.isPending}
      error={ofServer.error ?? ofExperiment.error}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{t("meanings.remove.text", { name: pattern })}</p>
    </ConfirmDialog>
  );
}
