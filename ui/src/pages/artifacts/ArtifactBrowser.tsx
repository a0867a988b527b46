import { type ReactNode, useCallback, useMemo, useState } from "react";
import type { FileInfo } from "../../api";
import { ByteSize, EmptyPlace, FailureNotice, Skeleton, Tree } from "../../components";
import { useTranslation } from "../../i18n";
import { optionalCodec, textCodec } from "../../lib/codecs";
import { formatCount } from "../../lib/numbers";
import { baseName, folderOf, foldersAbove } from "../../lib/paths";
import { useChangeUrl, useUrlState } from "../../state";
import styles from "./ArtifactBrowser.module.css";
import { type ArtifactRoot, artifactNodes } from "./artifactTree";
import { FileView } from "./FileView";
import { FolderView } from "./FolderView";
import { type Folder, type FolderPlace, placeId } from "./folders";
import { sourceKey } from "./source";
import { useFolders } from "./useFolders";

const pathCodec = textCodec();

/** What files to look at need. */
export interface ArtifactBrowserProps {
  /** Whose files: the first are shown if the address names none. */
  readonly roots: readonly [ArtifactRoot, ...ArtifactRoot[]];
  /** What the uppermost folder is called. */
  readonly name: string;
  /** Whether files may still come. */
  readonly isLive: boolean;
  /** What is said where there is no file at all. */
  readonly empty: ReactNode;
}

/** Files as a tree, and beside it the file or folder that is chosen; which one stands in the address. */
export function ArtifactBrowser({ roots, name, isLive, empty }: ArtifactBrowserProps) {
  const { t, locale } = useTranslation();
  const [path] = useUrlState("path", pathCodec);
  const [of] = useUrlState("of", optionalCodec);
  const changeUrl = useChangeUrl();
  const root = roots.find(({ source }) => of !== null && sourceKey(source) === of) ?? roots[0];
  const { source } = root;
  // What somebody opened or closed by hand.
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(() => new Map());
  const shown = useMemo(() => openedFolders(toggled, { source, path }), [toggled, source, path]);
  const places = useMemo(() => placesOf(roots, shown, { source, path }), [roots, shown, source, path]);
  const folders = useFolders(places, isLive);
  const above = folders.get(placeId({ source, path: folderOf(path) }));
  const isFolder = path === "" || above?.files?.find((file) => file.path === path)?.is_dir === true;
  const own = useFolders(isFolder ? [{ source, path }] : [], isLive).get(placeId({ source, path }));
  const nodes = artifactNodes(roots, {
    folders,
    opened: shown,
    sizeOf: (file) => <ByteSize bytes={file.file_size ?? 0} />,
    restText: (count) => t("artifacts.rest", { count: formatCount(count, locale) }),
  });

  const choose = useCallback(
    (next: string, id: string) => {
      // The way to what is chosen is open, however one came there.
      const way = new Set(foldersAbove(next).map((folder) => `${id}:${folder}`));
      setToggled((before) => new Map([...before].filter(([folder, isOpen]) => isOpen || !way.has(folder))));
      changeUrl({ path: next === "" ? null : next, of: id === "run" ? null : id, as: null });
    },
    [changeUrl],
  );
  const openFile = useCallback((file: FileInfo) => choose(file.path, sourceKey(source)), [choose, source]);
  const first = folders.get(placeId({ source: roots[0].source, path: "" }));
  if (first?.files?.length === 0 && roots.length === 1) return empty;
  return (
    <div className={styles.browser}>
      <div className={styles.tree}>
        {first?.files === undefined ? (
          first?.error == null ? (
            <Skeleton lines={6} />
          ) : (
            <FailureNotice error={first.error} onAgain={first.again} />
          )
        ) : null}
        <Tree
          label={t("artifacts.tree")}
          nodes={nodes}
          opened={shown}
          onOpened={(id, isOpen) => setToggled((before) => new Map(before).set(id, isOpen))}
          chosen={placeId({ source, path })}
          onChoose={({ id }) => {
            const colon = id.indexOf(":");
            choose(id.slice(colon + 1).replace(/\/?\*$/, ""), id.slice(0, colon));
          }}
        />
      </div>
      <div className={styles.view}>
        <Chosen
          place={{ source, path }}
          name={path === "" ? (root.name ?? name) : path}
          above={above}
          own={own}
          onOpen={openFile}
        />
      </div>
    </div>
  );
}

interface ChosenProps {
  readonly place: FolderPlace;
  readonly name: string;
  /** The folder that it is in. */
  readonly above: Folder | undefined;
  /** What is in it, if it is a folder. */
  readonly own: Folder | undefined;
  readonly onOpen: (file: FileInfo) => void;
}

/** What is chosen: a folder, a file, or something that is not there. */
function Chosen({ place, name, above, own, onOpen }: ChosenProps) {
  const { t } = useTranslation();
  const { source, path } = place;
  const isRoot = path === "";
  const file = above?.files?.find((other) => other.path === path);
  if (!isRoot && above?.files === undefined) {
    return above?.error == null ? <Skeleton lines={8} /> : <FailureNotice error={above.error} onAgain={above.again} />;
  }
  if (!isRoot && file === undefined) {
    return <EmptyPlace title={t("artifacts.gone.title")} why={t("artifacts.gone.why", { path: baseName(path) })} />;
  }
  if (file !== undefined && !file.is_dir) return <FileView source={source} path={path} size={file.file_size ?? 0} />;
  if (own?.files !== undefined) return <FolderView {...place} name={name} files={own.files} onOpen={onOpen} />;
  // Of the uppermost folder the tree says it.
  if (own?.error != null) return isRoot ? null : <FailureNotice error={own.error} onAgain={own.again} />;
  return <Skeleton lines={8} />;
}

/** Returns which folders are open: the way to what is chosen, but for what was closed by hand. */
function openedFolders(toggled: ReadonlyMap<string, boolean>, { source, path }: FolderPlace): ReadonlySet<string> {
  const opened = new Set([...foldersAbove(path), ""].map((folder) => placeId({ source, path: folder })));
  for (const [id, isOpen] of toggled) {
    if (isOpen) opened.add(id);
    else opened.delete(id);
  }
  return opened;
}

/** Returns the folders that are looked into: those that are open, and the one that is chosen. */
function placesOf(roots: readonly ArtifactRoot[], opened: ReadonlySet<string>, chosen: FolderPlace): FolderPlace[] {
  const places = new Map<string, FolderPlace>();
  const add = (place: FolderPlace) => places.set(placeId(place), place);
  const first = roots[0];
  if (first !== undefined) add({ source: first.source, path: "" });
  for (const { source } of roots) {
    const beginning = `${sourceKey(source)}:`;
    for (const id of opened) if (id.startsWith(beginning)) add({ source, path: id.slice(beginning.length) });
  }
  add({ source: chosen.source, path: chosen.path === "" ? "" : folderOf(chosen.path) });
  return [...places.values()];
}
