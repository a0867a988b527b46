import { CircleCheck, CircleX } from "lucide-react";
import { useTranslation } from "../../i18n";
import styles from "./GateMark.module.css";
import { readGate } from "./gate";

/** What a gate measured before it let a version through. */
export function GateMark({ gate }: { readonly gate: Readonly<Record<string, unknown>> }) {
  const { t } = useTranslation();
  const { isPassed, values } = readGate(gate);
  return (
    <div className={styles.gate}>
      {isPassed === null ? null : (
        <span className={isPassed ? styles.passed : styles.failed}>
          {isPassed ? <CircleCheck size={14} aria-hidden="true" /> : <CircleX size={14} aria-hidden="true" />}
          {isPassed ? t("models.gate.passed") : t("models.gate.failed")}
        </span>
      )}
      {values.map(([name, value]) => (
        <span key={name} className={styles.value}>
          <bdi className={styles.name}>{name}</bdi> <bdi>{value}</bdi>
        </span>
      ))}
    </div>
  );
}
