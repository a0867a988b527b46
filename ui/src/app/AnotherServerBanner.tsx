import { Waypoints } from "lucide-react";
import { useTranslation } from "../i18n";
import { useAnotherServer } from "../state";
import styles from "./AnotherServerBanner.module.css";

/** Says whose data is shown, where it is not this server's own, and what is not kept there. */
export function AnotherServerBanner() {
  const { t, locale } = useTranslation();
  const { server } = useAnotherServer();
  if (server === null) return null;
  const lacks = (server.lacks ?? []).map((lack) => t(`another.lack.${lack}`));
  const what = new Intl.ListFormat(locale, { type: "conjunction" }).format(lacks);
  return (
    <div role="note" className={styles.banner}>
      <Waypoints size={15} aria-hidden="true" />
      <span>{t("another.shown", { url: server.url })}</span>
      {lacks.length === 0 ? null : (
        <details className={styles.lacks}>
          <summary>{t("another.less")}</summary>
          <p>{t("another.lacks", { what })}</p>
        </details>
      )}
    </div>
  );
}
