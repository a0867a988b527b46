import { CircleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "../i18n";
import { describeFailure } from "../state";
import { Button } from "./Button";
import styles from "./FailureNotice.module.css";

/** What a notice of a failure needs. */
export interface FailureNoticeProps {
  readonly error: unknown;
  /** Whether what was there before is still shown. */
  readonly isKept?: boolean;
  /** Tries again; left out where that makes no sense. */
  readonly onAgain?: () => void;
}

/** Says what failed in the reader's language, with the server's code, and offers to try again. */
export function FailureNotice({ error, isKept = false, onAgain }: FailureNoticeProps) {
  const { t, find } = useTranslation();
  const { text, code } = describeFailure(error, find);
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In a long form, what failed may be out of sight.
    if (error !== null && notice.current?.closest("dialog") != null)
      notice.current.scrollIntoView({ block: "nearest" });
  }, [error]);
  return (
    <div ref={notice} role="alert" className={styles.notice}>
      <CircleAlert size={16} aria-hidden="true" />
      <div className={styles.words}>
        <strong>{t("failure.title")}</strong>
        <span>{text}</span>
        {isKept ? <span>{t("failure.kept")}</span> : null}
        {code === null ? null : <span className={styles.code}>{t("failure.code", { code })}</span>}
      </div>
      {onAgain === undefined ? null : <Button onClick={onAgain}>{t("common.again")}</Button>}
    </div>
  );
}
