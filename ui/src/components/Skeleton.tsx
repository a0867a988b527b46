import { useTranslation } from "../i18n";
import styles from "./Skeleton.module.css";

/** What stands where something will: as large as that will be, so that nothing jumps. */
export interface SkeletonProps {
  /** How many lines there will be. */
  readonly lines?: number;
  /** Height of something that is no text, in pixels. */
  readonly height?: number;
  readonly width?: string;
}

/** Grey where words or a picture will be. */
export function Skeleton({ lines = 1, height, width }: SkeletonProps) {
  const { t } = useTranslation();
  return (
    <div
      className={styles.skeleton}
      role="status"
      aria-label={t("common.loading")}
      style={width === undefined ? {} : { width }}
    >
      {height === undefined ? (
        Array.from({ length: lines }, (_, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are told apart by nothing else.
          <span key={place} className={styles.line} />
        ))
      ) : (
        <span className={styles.block} style={{ height }} />
      )}
    </div>
  );
}

/** Grey in a cell of a table; tables say by themselves that they load. */
export function SkeletonCell() {
  return <span className={styles.line} aria-hidden="true" />;
}
