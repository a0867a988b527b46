import { classes } from "../../lib/classes";
import styles from "./TagList.module.css";

/** What a list of tags needs. */
export interface TagListProps {
  readonly tags: Readonly<Record<string, string>>;
  /** Whether it has one line and no more, as in tables. */
  readonly isOneLine?: boolean;
}

/** Tags, each as key and value. */
export function TagList({ tags, isOneLine = false }: TagListProps) {
  return (
    <ul className={classes(styles.tags, isOneLine && styles.line)}>
      {Object.entries(tags).map(([key, value]) => (
        <li key={key} className={styles.tag} title={value === "" ? key : `${key}: ${value}`}>
          <bdi className={styles.key}>{key}</bdi>
          {value === "" ? null : <bdi className={styles.value}>{value}</bdi>}
        </li>
      ))}
    </ul>
  );
}
