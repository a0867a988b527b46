import { Link } from "wouter";
import { useTranslation } from "../../i18n";
import { versionAddress } from "../../lib/addresses";
import styles from "./VersionName.module.css";

/** What the name of a version needs. */
export interface VersionNameProps {
  /** The registered model. */
  readonly model: string;
  readonly version: number;
  /** A name of the user's own. */
  readonly label?: string | null;
  /** False where the reader is there already. */
  readonly isLink?: boolean;
}

/** A version: its number, and its label if it has one. */
export function VersionName({ model, version, label = null, isLink = true }: VersionNameProps) {
  const { t } = useTranslation();
  const text = t("models.version", { version });
  return (
    <span className={styles.name}>
      {isLink ? (
        <Link href={versionAddress(model, version)} className={styles.number}>
          {text}
        </Link>
      ) : (
        <span className={styles.number}>{text}</span>
      )}
      {label === null ? null : (
        <bdi title={label} className={styles.label}>
          {label}
        </bdi>
      )}
    </span>
  );
}
