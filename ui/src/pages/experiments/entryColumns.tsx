import { FlaskConical, Folder } from "lucide-react";
import { Link } from "wouter";
import { type DataColumn, Name, Nothing, Time } from "../../components";
import { type Translate, useTranslation } from "../../i18n";
import { experimentsAddress, runsAddress } from "../../lib/addresses";
import { formatCount } from "../../lib/numbers";
import styles from "./ExperimentsPage.module.css";
import type { Entry, StatusCount } from "./folders";

/** Returns the columns of the list of experiments. */
export function entryColumns(t: Translate, locale: string): readonly DataColumn<Entry>[] {
  return [
    {
      id: "name",
      title: t("experiments.name"),
      cell: (entry) => <EntryName entry={entry} />,
      width: 420,
      isSortable: true,
      isPinned: true,
      isRowHeader: true,
    },
    {
      id: "runs",
      title: t("experiments.runs"),
      cell: (entry) => formatCount(entry.runs, locale) + (entry.areRunsExact ? "" : "+"),
      width: 100,
      align: "end",
      isSortable: true,
      isDescendingFirst: true,
    },
    {
      id: "states",
      title: t("experiments.states"),
      cell: (entry) => <States running={entry.running} failed={entry.failed} />,
      width: 230,
    },
    {
      id: "activity",
      title: t("experiments.activity"),
      cell: (entry) => <Time moment={entry.lastActivity} isRelative />,
      width: 150,
      isSortable: true,
      isDescendingFirst: true,
    },
    {
      id: "created",
      title: t("experiments.created"),
      cell: (entry) => <Time moment={entry.created} />,
      width: 190,
      isSortable: true,
      isDescendingFirst: true,
    },
    {
      id: "note",
      title: t("experiments.note"),
      cell: (entry) => (entry.experiment?.note ? <Name text={entry.experiment.note} /> : <Nothing />),
      width: 300,
    },
  ];
}

function EntryName({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation();
  const isFolder = entry.folder !== null;
  const Icon = isFolder ? Folder : FlaskConical;
  const href = isFolder ? experimentsAddress({ folder: entry.folder }) : runsAddress(entry.key);
  return (
    <span className={styles.name}>
      <Icon size={15} aria-hidden="true" />
      <Link href={href} title={entry.name}>
        <bdi>{entry.name}</bdi>
      </Link>
      {isFolder ? (
        <span className={styles.soft}>{t("experiments.count", { count: entry.experiments.length })}</span>
      ) : null}
    </span>
  );
}

function States({ running, failed }: { readonly running: StatusCount; readonly failed: StatusCount }) {
  const { t } = useTranslation();
  if (running.count === 0 && failed.count === 0) return <Nothing />;
  return (
    <span className={styles.states}>
      {running.count === 0 ? null : <span className={styles.running}>{t("experiments.running", told(running))}</span>}
      {failed.count === 0 ? null : <span className={styles.failed}>{t("experiments.failed", told(failed))}</span>}
    </span>
  );
}

function told({ count, isExact }: StatusCount): { readonly count: number; readonly more: string } {
  return { count, more: isExact ? "" : "+" };
}
