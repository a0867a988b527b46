import { FailureNotice, Markdown, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { folderOf, joined } from "../../lib/paths";
import styles from "./MarkdownView.module.css";
import { type ArtifactSource, viewAddress } from "./source";
import { useFileText } from "./useFileText";

const MOST_BYTES = 1024 * 1024;

/** A file of Markdown as it reads, its pictures taken from beside it. */
export function MarkdownView({ source, path }: { readonly source: ArtifactSource; readonly path: string }) {
  const { t } = useTranslation();
  const file = useFileText(viewAddress(source, path), MOST_BYTES);
  if (file.isWaiting) {
    return file.error === null ? <Skeleton lines={8} /> : <FailureNotice error={file.error} onAgain={file.again} />;
  }
  return (
    <div className={styles.view}>
      <Markdown text={file.text} imageAddress={(link) => viewAddress(source, resolved(folderOf(path), link))} />
      {file.hasMore ? <p className={styles.note}>{t("artifacts.markdown.long")}</p> : null}
    </div>
  );
}

function resolved(folder: string, link: string): string {
  const names = joined(folder, link).split("/");
  const path: string[] = [];
  for (const name of names) {
    if (name === "..") path.pop();
    else if (name !== "." && name !== "") path.push(name);
  }
  return path.join("/");
}
