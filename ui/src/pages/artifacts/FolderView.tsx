import { FolderOpen } from "lucide-react";
import { useMemo } from "react";
import type { FileInfo } from "../../api";
import { ByteSize, type DataColumn, DataTable, EmptyPlace, Name, Nothing } from "../../components";
import { useTranslation } from "../../i18n";
import { formatCount } from "../../lib/numbers";
import { baseName } from "../../lib/paths";
import { formatSize } from "../../lib/sizes";
import { iconOf } from "./artifactTree";
import { DownloadLink } from "./FileView";
import fileStyles from "./FileView.module.css";
import styles from "./FolderView.module.css";
import { type ArtifactSource, archiveAddress } from "./source";

/** What a folder that is looked at needs. */
export interface FolderViewProps {
  readonly source: ArtifactSource;
  readonly path: string;
  /** What it is called; the uppermost one has no name of its own. */
  readonly name: string;
  readonly files: readonly FileInfo[];
  readonly onOpen: (file: FileInfo) => void;
}

/** A folder: what is in it with sizes, and all of it as an archive. */
export function FolderView({ source, path, name, files, onOpen }: FolderViewProps) {
  const { t, locale } = useTranslation();
  const columns = useMemo<DataColumn<FileInfo>[]>(
    () => [
      {
        id: "name",
        title: t("artifacts.name"),
        width: 420,
        isRowHeader: true,
        cell: (file) => {
          const Icon = iconOf(file);
          return (
            <button type="button" className={styles.file} onClick={() => onOpen(file)}>
              <Icon size={15} aria-hidden="true" />
              <Name text={baseName(file.path)} />
            </button>
          );
        },
      },
      {
        id: "size",
        title: t("artifacts.size"),
        width: 110,
        align: "end",
        cell: (file) => (file.is_dir ? <Nothing /> : <ByteSize bytes={file.file_size ?? 0} />),
      },
    ],
    [t, onOpen],
  );
  const bytes = files.reduce((sum, file) => sum + (file.file_size ?? 0), 0);
  return (
    <section className={fileStyles.file} aria-label={name}>
      <header className={fileStyles.header}>
        <h2 className={fileStyles.name}>
          <bdi>{name}</bdi>
        </h2>
        <span className={fileStyles.size}>
          {t("artifacts.contents", { count: formatCount(files.length, locale), size: formatSize(bytes, locale) })}
        </span>
        {files.length === 0 ? null : (
          <DownloadLink href={archiveAddress(source, path)} text={t("artifacts.download.folder")} />
        )}
      </header>
      {files.length === 0 ? (
        <EmptyPlace icon={FolderOpen} title={t("artifacts.empty.folder")} />
      ) : (
        <DataTable
          label={name}
          columns={columns}
          count={files.length}
          rowAt={(index) => files[index]}
          keyOf={(file) => file.path}
          nameOf={(file) => baseName(file.path)}
          onOpen={onOpen}
          mostRows={20}
        />
      )}
    </section>
  );
}
