import { useMemo } from "react";
import { Button, FailureNotice, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { formatSize } from "../../lib/sizes";
import styles from "./TextView.module.css";
import { useFileText } from "./useFileText";

const PIECE_BYTES = 1024 * 1024;

/** A file of text with numbers of its lines: as much as is fetched, and more when asked for. */
export function TextView({ address, name }: { readonly address: string; readonly name: string }) {
  const file = useFileText(address, PIECE_BYTES);
  const { t, locale } = useTranslation();
  if (file.isWaiting) {
    return file.error === null ? <Skeleton lines={12} /> : <FailureNotice error={file.error} onAgain={file.again} />;
  }
  if (file.size === 0) return <p className={styles.nothing}>{t("artifacts.empty.file")}</p>;
  return (
    <div className={styles.view}>
      <TextLines text={file.text} name={name} />
      {file.error === null ? null : <FailureNotice error={file.error} isKept onAgain={file.again} />}
      {file.hasMore ? (
        <p className={styles.more}>
          {t("artifacts.part", { fetched: formatSize(file.fetched, locale), size: formatSize(file.size, locale) })}
          <Button isBusy={file.isFetching} onClick={file.more}>
            {t("artifacts.more")}
          </Button>
        </p>
      ) : null}
    </div>
  );
}

/** Lines of text with their numbers beside them, which are not copied. */
export function TextLines({ text, name }: { readonly text: string; readonly name: string }) {
  const numbers = useMemo(() => {
    const lines = text.endsWith("\n") ? text.split("\n").length - 1 : text.split("\n").length;
    return Array.from({ length: lines }, (_, place) => place + 1).join("\n");
  }, [text]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than its place is scrolled by keyboard too.
    <div role="group" aria-label={name} tabIndex={0} className={styles.lines}>
      <pre aria-hidden="true" className={styles.numbers}>
        {numbers}
      </pre>
      <pre className={styles.text}>
        <code>{text}</code>
      </pre>
    </div>
  );
}
