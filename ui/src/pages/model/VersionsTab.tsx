import { Columns3 } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useLocation } from "wouter";
import type { ModelVersionRowMessage, VersionSummaryMessage } from "../../api";
import { Button, DataTable } from "../../components";
import { useTranslation } from "../../i18n";
import { modelAddress, versionAddress } from "../../lib/addresses";
import { listCodec } from "../../lib/codecs";
import type { Stretch } from "../../lib/windows";
import { useSelection, useUrlState } from "../../state";
import { EmptyVersions } from "./EmptyVersions";
import { mayEdit } from "./permissions";
import { TransitionDialog } from "./TransitionDialog";
import type { LoadedModel, ModelAnswer } from "./useModel";
import styles from "./VersionsTab.module.css";
import { versionColumns } from "./versionColumns";
import { orderCodec, orderedVersions } from "./versionOrder";

const MOST_ROWS = 15;

/** What the table of versions needs. */
export interface VersionsTabProps {
  readonly model: LoadedModel;
  readonly answer: ModelAnswer;
}

/** The versions of a model side by side: stage, aliases, metrics, source run, tags; tick two to compare them. */
export function VersionsTab({ model, answer: { hasMore, isFetchingMore, more } }: VersionsTabProps) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [order, setOrder] = useUrlState("order", orderCodec);
  const [moving, setMoving] = useState<VersionSummaryMessage | null>(null);
  const selection = useSelection("versions");
  const { overview, versions } = model;
  const isWhole = !hasMore;
  const isEditable = mayEdit(overview.permission);
  const columns = useMemo(
    () => versionColumns({ model, isWhole, onMove: isEditable ? setMoving : undefined, t }),
    [model, isWhole, isEditable, t],
  );
  const rows = useMemo(() => orderedVersions(versions, isWhole ? order : null), [versions, isWhole, order]);
  const rowAt = useCallback((index: number) => rows[index], [rows]);
  const onVisible = useCallback(
    ({ end }: Stretch) => {
      if (end > versions.length) more();
    },
    [versions.length, more],
  );
  const open = useCallback(
    ({ summary }: ModelVersionRowMessage) => navigate(versionAddress(overview.name, summary.version)),
    [navigate, overview.name],
  );
  if (versions.length === 0) return <EmptyVersions name={overview.name} />;
  const picked = selection.ids.length;
  return (
    <>
      <div className={styles.bar}>
        <span>{picked === 0 ? t("models.versions.pick") : t("models.versions.picked", { count: picked })}</span>
        <Button
          icon={Columns3}
          disabled={picked < 2}
          onClick={() =>
            navigate(modelAddress(overview.name, { tab: "compare", versions: listCodec.format(selection.ids) }))
          }
        >
          {t("models.compare")}
        </Button>
        {picked === 0 ? null : (
          <Button variant="quiet" onClick={selection.clear}>
            {t("models.versions.clear")}
          </Button>
        )}
      </div>
      <DataTable
        label={t("models.versions")}
        columns={columns}
        count={isWhole ? rows.length : Math.max(overview.version_count, rows.length)}
        rowAt={rowAt}
        keyOf={keyOf}
        nameOf={nameOf}
        order={isWhole ? order : null}
        onOrder={setOrder}
        selection={selection}
        onOpen={open}
        onVisible={onVisible}
        mostRows={MOST_ROWS}
        isBusy={isFetchingMore && versions.length === 0}
      />
      {moving === null ? null : <TransitionDialog model={overview} version={moving} onClose={() => setMoving(null)} />}
    </>
  );
}

function keyOf({ summary }: ModelVersionRowMessage): string {
  return String(summary.version);
}

function nameOf({ summary }: ModelVersionRowMessage): string {
  return summary.label ?? String(summary.version);
}
