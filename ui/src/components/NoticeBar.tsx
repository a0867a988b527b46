import { X } from "lucide-react";
import { useTranslation } from "../i18n";
import { closeNotice, useNotices } from "../state";
import { Button } from "./Button";
import { IconButton } from "./IconButton";
import styles from "./NoticeBar.module.css";

/** Shows what was just done, with what can be done about it; it stays until it is closed. */
export function NoticeBar() {
  const { t } = useTranslation();
  const notices = useNotices();
  return (
    <section aria-label={t("shell.notices")} aria-live="polite" className={styles.bar}>
      {notices.map(({ id, text, action }) => (
        <div key={id} className={styles.notice}>
          <span className={styles.text}>{text}</span>
          {action === undefined ? null : (
            <Button
              onClick={() => {
                closeNotice(id);
                action.run();
              }}
            >
              {action.text}
            </Button>
          )}
          <IconButton icon={X} label={t("common.close")} onClick={() => closeNotice(id)} />
        </div>
      ))}
    </section>
  );
}
