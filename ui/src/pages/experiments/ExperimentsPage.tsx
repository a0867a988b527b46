import { FolderPlus, Search, Trash2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import {
  Button,
  type Crumb,
  DataTable,
  FailureNotice,
  LinkButton,
  Page,
  Skeleton,
  type TableOrder,
  TextField,
} from "../../components";
import { useTranslation } from "../../i18n";
import { experimentsAddress, runsAddress } from "../../lib/addresses";
import { type Codec, textCodec } from "../../lib/codecs";
import { baseName, foldersAbove } from "../../lib/paths";
import { useChangeUrl, useShortcut, useUrlState } from "../../state";
import { CreateExperiment } from "./CreateExperiment";
import { DeleteExperiments } from "./DeleteExperiments";
import { EmptyExperiments } from "./EmptyExperiments";
import styles from "./ExperimentsPage.module.css";
import { entryColumns } from "./entryColumns";
import { type Entry, entriesIn, flatEntries } from "./folders";
import { PickedExperiments } from "./PickedExperiments";
import { RenameExperiment } from "./RenameExperiment";
import { useEntrySelection } from "./useEntrySelection";
import { useExperimentList } from "./useExperimentList";
import { useSteadyOrder } from "./useSteadyOrder";

type Overlay = "create" | "rename" | "delete" | null;

const COLUMNS = ["name", "runs", "activity", "created"];
const USUAL_ORDER: TableOrder = { column: "activity", isDescending: true };
const folderCodec = textCodec();
const searchCodec = textCodec();
const orderCodec: Codec<TableOrder> = {
  parse: (text) => {
    const column = (text ?? "").replace(/^-/, "");
    return COLUMNS.includes(column) ? { column, isDescending: text?.startsWith("-") ?? false } : USUAL_ORDER;
  },
  format: ({ column, isDescending }) =>
    column === USUAL_ORDER.column && isDescending ? null : `${isDescending ? "-" : ""}${column}`,
};

/** All experiments: in the folders that slashes in their names make, or found by name. */
export default function ExperimentsPage() {
  const { t, locale } = useTranslation();
  const [, navigate] = useLocation();
  const changeUrl = useChangeUrl();
  const [folder] = useUrlState("folder", folderCodec);
  const [search] = useUrlState("search", searchCodec);
  const [order, setOrder] = useUrlState("order", orderCodec);
  const [overlay, setOverlay] = useState<Overlay>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const list = useExperimentList(search, "ACTIVE_ONLY");
  const lines = useMemo(
    () => (search === "" ? entriesIn(list.experiments, folder) : flatEntries(list.experiments)),
    [list.experiments, folder, search],
  );
  const entries = useSteadyOrder(lines, order, locale);
  const selection = useEntrySelection(entries);
  const picked = useMemo(
    () => list.experiments.filter(({ experiment_id }) => selection.ids.has(experiment_id)),
    [list.experiments, selection.ids],
  );
  const columns = useMemo(() => entryColumns(t, locale), [t, locale]);
  useShortcut("/", "experiments.key.search", () => searchBox.current?.focus());
  useShortcut("n", "experiments.key.create", () => setOverlay("create"));

  function open(entry: Entry): void {
    if (entry.folder === null) navigate(runsAddress(entry.key));
    else navigate(experimentsAddress({ folder: entry.folder }));
  }
  function close(): void {
    setOverlay(null);
  }
  const first = picked[0];
  const isNothing = entries.length === 0 && !list.isBusy;
  return (
    <Page
      title={folder === "" ? t("experiments.title") : baseName(folder)}
      {...(folder === "" ? {} : { crumbs: crumbsOf(folder, t("experiments.title")) })}
      actions={
        <>
          <LinkButton href="/bin" variant="quiet" icon={Trash2}>
            {t("bin.title")}
          </LinkButton>
          <Button variant="primary" icon={FolderPlus} onClick={() => setOverlay("create")}>
            {t("experiments.create")}
          </Button>
        </>
      }
      bar={
        <div className={styles.bar}>
          <div className={styles.search}>
            <TextField
              ref={searchBox}
              type="search"
              label={t("experiments.search")}
              isLabelHidden
              placeholder={t("experiments.search")}
              icon={Search}
              value={search}
              onText={(text) => changeUrl({ search: text === "" ? null : text }, { replace: true })}
            />
          </div>
          <span className={styles.count} role="status">
            {list.isPending ? "" : t("experiments.count", { count: list.total })}
          </span>
        </div>
      }
      isWide
    >
      <div className={styles.content}>
        {list.error === null ? null : (
          <FailureNotice error={list.error} isKept={!list.isPending} onAgain={list.refetch} />
        )}
        {list.isPending ? (
          list.error === null && <Skeleton lines={10} />
        ) : isNothing ? (
          <EmptyExperiments search={search} folder={folder} onCreate={() => setOverlay("create")} />
        ) : (
          <DataTable<Entry>
            label={t("experiments.title")}
            columns={columns}
            count={entries.length}
            rowAt={(index) => entries[index]}
            keyOf={keyOf}
            nameOf={nameOf}
            order={order}
            onOrder={setOrder}
            selection={selection}
            onOpen={open}
            isBusy={list.isBusy}
          />
        )}
        {picked.length === 0 ? null : (
          <PickedExperiments
            picked={picked}
            onRename={() => setOverlay("rename")}
            onDelete={() => setOverlay("delete")}
            onClear={selection.clear}
          />
        )}
      </div>
      {overlay === "create" ? <CreateExperiment folder={folder} onClose={close} /> : null}
      {overlay === "rename" && first !== undefined ? <RenameExperiment experiment={first} onClose={close} /> : null}
      {overlay === "delete" && picked.length > 0 ? (
        <DeleteExperiments experiments={picked} onDone={selection.clear} onClose={close} />
      ) : null}
    </Page>
  );
}

function keyOf(entry: Entry): string {
  return entry.key;
}

function nameOf(entry: Entry): string {
  return entry.name;
}

function crumbsOf(folder: string, root: string): Crumb[] {
  const above = foldersAbove(folder).map((path) => ({
    text: <bdi>{baseName(path)}</bdi>,
    href: experimentsAddress({ folder: path }),
  }));
  return [{ text: root, href: experimentsAddress() }, ...above];
}
