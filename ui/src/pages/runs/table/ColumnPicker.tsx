import { ArrowDown, ArrowUp, Pin, PinOff, Plus, Search, X } from "lucide-react";
import { useState } from "react";
import { Button, Dialog, IconButton, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import { matchScore } from "../../../lib/matching";
import { useAnswer } from "../../../state";
import { ATTRIBUTE_COLUMNS, type ColumnName, columnId, parseColumn } from "../columns";
import { useDelayed } from "../useDelayed";
import type { ColumnSetting } from "../useRunsView";
import styles from "./ColumnPicker.module.css";
import { columnTitle } from "./runColumns";

const MOST_FOUND = 100;
const KINDS = ["param", "metric", "tag"] as const;

/** What the choice of columns needs. */
export interface ColumnPickerProps {
  readonly experimentIds: readonly string[];
  readonly setting: ColumnSetting;
  /** Told of each change at once; null means the usual ones. */
  readonly onSetting: (setting: ColumnSetting | null) => void;
  readonly onClose: () => void;
}

/** Picks columns, puts them in order, and says which stay in sight. */
export function ColumnPicker({ experimentIds, setting, onSetting, onClose }: ColumnPickerProps) {
  const { t } = useTranslation();
  const shown = setting.columns.filter((id) => parseColumn(id) !== null);

  function change(columns: readonly string[], pinned: readonly string[] = setting.pinned): void {
    onSetting({ columns, pinned: pinned.filter((id) => columns.includes(id)) });
  }
  function move(id: string, step: number): void {
    const place = shown.indexOf(id);
    const next = shown.filter((other) => other !== id);
    next.splice(Math.max(place + step, 0), 0, id);
    change(next);
  }
  return (
    <Dialog
      title={t("runs.columns")}
      size="wide"
      onClose={onClose}
      actions={
        <>
          <Button variant="quiet" onClick={() => onSetting(null)}>
            {t("runs.columns.usual")}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {t("common.close")}
          </Button>
        </>
      }
    >
      <div className={styles.halves}>
        <section className={styles.half} aria-label={t("runs.columns.shown")}>
          <h3>{t("runs.columns.shown")}</h3>
          <ol className={styles.list}>
            {shown.map((id, place) => (
              <ShownColumn
                key={id}
                id={id}
                isFirst={place === 0}
                isLast={place === shown.length - 1}
                isPinned={setting.pinned.includes(id)}
                onMove={(step) => move(id, step)}
                onPin={(isPinned) =>
                  change(shown, isPinned ? [...setting.pinned, id] : setting.pinned.filter((other) => other !== id))
                }
                onRemove={shown.length === 1 ? null : () => change(shown.filter((other) => other !== id))}
              />
            ))}
          </ol>
        </section>
        <OtherColumns experimentIds={experimentIds} shown={shown} onAdd={(id) => change([...shown, id])} />
      </div>
    </Dialog>
  );
}

interface ShownColumnProps {
  readonly id: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly isPinned: boolean;
  readonly onMove: (step: number) => void;
  readonly onPin: (isPinned: boolean) => void;
  readonly onRemove: (() => void) | null;
}

function ShownColumn({ id, isFirst, isLast, isPinned, onMove, onPin, onRemove }: ShownColumnProps) {
  const { t } = useTranslation();
  const column = parseColumn(id);
  if (column === null) return null;
  const name = columnTitle(column, t);
  return (
    <li className={styles.item}>
      <ColumnFace column={column} name={name} />
      <IconButton icon={ArrowUp} label={t("runs.columns.up", { name })} disabled={isFirst} onClick={() => onMove(-1)} />
      <IconButton
        icon={ArrowDown}
        label={t("runs.columns.down", { name })}
        disabled={isLast}
        onClick={() => onMove(1)}
      />
      <IconButton
        icon={isPinned ? PinOff : Pin}
        label={isPinned ? t("runs.columns.unpin", { name }) : t("runs.columns.pin", { name })}
        aria-pressed={isPinned}
        onClick={() => onPin(!isPinned)}
      />
      <IconButton
        icon={X}
        label={t("runs.columns.remove", { name })}
        disabled={onRemove === null}
        onClick={() => onRemove?.()}
      />
    </li>
  );
}

interface OtherColumnsProps {
  readonly experimentIds: readonly string[];
  readonly shown: readonly string[];
  readonly onAdd: (id: string) => void;
}

function OtherColumns({ experimentIds, shown, onAdd }: OtherColumnsProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const attributes = ATTRIBUTE_COLUMNS.map((key): ColumnName => ({ kind: "attribute", key })).filter(
    (column) => !shown.includes(columnId(column)) && matchScore(columnTitle(column, t), typed) !== null,
  );
  return (
    <section className={styles.half} aria-label={t("runs.columns.others")}>
      <h3>{t("runs.columns.others")}</h3>
      <TextField
        label={t("runs.columns.search")}
        isLabelHidden
        placeholder={t("runs.columns.search")}
        icon={Search}
        value={typed}
        onText={setTyped}
      />
      <ul className={styles.list}>
        {attributes.map((column) => (
          <OtherColumn key={columnId(column)} column={column} onAdd={onAdd} />
        ))}
        {KINDS.map((kind) => (
          <FoundColumns
            key={kind}
            kind={kind}
            search={typed.trim()}
            experimentIds={experimentIds}
            shown={shown}
            onAdd={onAdd}
          />
        ))}
      </ul>
    </section>
  );
}

interface FoundColumnsProps extends OtherColumnsProps {
  readonly kind: (typeof KINDS)[number];
  readonly search: string;
}

function FoundColumns({ kind, search, experimentIds, shown, onAdd }: FoundColumnsProps) {
  const { t } = useTranslation();
  const asked = useDelayed(search);
  const { data } = useAnswer("find_run_keys", {
    experiment_ids: experimentIds,
    kind,
    search: asked,
    max_results: MOST_FOUND,
  });
  if (data === undefined) return null;
  const columns = data.keys
    .map((key): ColumnName => ({ kind, key }))
    .filter((column) => !shown.includes(columnId(column)));
  return (
    <>
      {columns.map((column) => (
        <OtherColumn key={columnId(column)} column={column} onAdd={onAdd} />
      ))}
      {data.total > data.keys.length ? (
        <li className={styles.more}>
          {t("runs.columns.more", { count: data.total - data.keys.length, kind: t(`runs.kind.${kind}`) })}
        </li>
      ) : null}
    </>
  );
}

function OtherColumn({ column, onAdd }: { readonly column: ColumnName; readonly onAdd: (id: string) => void }) {
  const { t } = useTranslation();
  const name = columnTitle(column, t);
  return (
    <li className={styles.item}>
      <ColumnFace column={column} name={name} />
      <IconButton icon={Plus} label={t("runs.columns.add", { name })} onClick={() => onAdd(columnId(column))} />
    </li>
  );
}

function ColumnFace({ column, name }: { readonly column: ColumnName; readonly name: string }) {
  const { t } = useTranslation();
  return (
    <span className={styles.face}>
      <bdi className={styles.name} title={name}>
        {name}
      </bdi>
      {column.kind === "attribute" ? null : <span className={styles.kind}>{t(`runs.kind.${column.kind}`)}</span>}
    </span>
  );
}
