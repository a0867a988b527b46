import type { ReactNode } from "react";
import { classes } from "../../lib/classes";
import styles from "./PlainTable.module.css";

/** What a table that is drawn as a whole needs. */
export interface PlainTableProps {
  /** What it is a table of, read aloud. */
  readonly label: string;
  readonly className?: string | undefined;
  /** Its rows, in `thead` and `tbody`. */
  readonly children: ReactNode;
}

/** A table of few rows, of any height: drawn as a whole, scrolled sideways where it is too wide. */
export function PlainTable({ label, className, children }: PlainTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than its place is scrolled by keyboard too.
    <section className={styles.frame} aria-label={label} tabIndex={0}>
      <table className={classes(styles.table, className)} aria-label={label}>
        {children}
      </table>
    </section>
  );
}
