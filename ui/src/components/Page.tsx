import type { ReactNode } from "react";
import { classes } from "../lib/classes";
import { useTitle } from "../state";
import { Breadcrumbs, type Crumb } from "./Breadcrumbs";
import styles from "./Page.module.css";

/** What every page has. */
export interface PageProps {
  /** Its heading, and the name of the browser's tab. */
  readonly title: string;
  /** Shown instead of the title as heading, such as the title with a mark beside it. */
  readonly heading?: ReactNode;
  readonly crumbs?: readonly Crumb[];
  /** Buttons beside the heading. */
  readonly actions?: ReactNode;
  /** Tabs or filters below the heading. */
  readonly bar?: ReactNode;
  /** Whether it takes the whole width and height, as tables and charts do; it scrolls within then. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** A page: the way to it, its heading, what can be done, and its content. */
export function Page({ title, heading, crumbs, actions, bar, isWide = false, children }: PageProps) {
  useTitle(title);
  return (
    <div className={classes(styles.page, isWide && styles.wide)}>
      <header className={styles.header}>
        {crumbs === undefined ? null : <Breadcrumbs crumbs={crumbs} />}
        <div className={styles.line}>
          <h1 className={styles.title}>{heading ?? <bdi>{title}</bdi>}</h1>
          {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
        </div>
        {bar}
      </header>
      <div className={styles.content}>{children}</div>
    </div>
  );
}

/** A part of a page under a heading of its own. */
export function Section(props: { readonly title: string; readonly actions?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className={styles.section}>
      <div className={styles.line}>
        <h2>{props.title}</h2>
        {props.actions === undefined ? null : <div className={styles.actions}>{props.actions}</div>}
      </div>
      {props.children}
    </section>
  );
}
