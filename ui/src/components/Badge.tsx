import type { ReactNode } from "react";
import { classes } from "../lib/classes";
import styles from "./Badge.module.css";

/** What a badge says by its colour beside what it says in words. */
export type BadgeTone = "plain" | "accent" | "good" | "warning" | "danger";

/** A short word about something. */
export function Badge({ tone = "plain", children }: { readonly tone?: BadgeTone; readonly children: ReactNode }) {
  return <span className={classes(styles.badge, styles[tone])}>{children}</span>;
}
