import { TriangleAlert } from "lucide-react";
import { useTranslation } from "../i18n";
import { useAnswer } from "../state";
import styles from "./OpenServerBanner.module.css";

/** Says that everybody may do everything, where that is so. */
export function OpenServerBanner() {
  const { t } = useTranslation();
  const { data } = useAnswer("server_info", {});
  if (!data?.is_open_to_everybody) return null;
  return (
    <p role="alert" className={styles.banner}>
      <TriangleAlert size={15} aria-hidden="true" />
      {t("shell.open")}
    </p>
  );
}
