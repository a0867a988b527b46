import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { classes } from "../lib/classes";
import styles from "./Tabs.module.css";

/** One tab: a place with an address of its own. */
export interface Tab {
  readonly href: string;
  readonly text: ReactNode;
  /** Something small beside the text, such as how many there are. */
  readonly note?: ReactNode;
  /** Given where the path alone does not tell, because the choice stands in the query. */
  readonly isCurrent?: boolean;
}

/** Links to the parts of a page, the open one marked. Each can be opened in a tab of the browser of its own. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  const [path] = useLocation();
  return (
    <nav aria-label={label} className={styles.tabs}>
      {tabs.map(({ href, text, note, isCurrent }) => {
        const isOpen = isCurrent ?? decoded(href.split("?", 1)[0] ?? "") === decoded(path);
        return (
          <Link
            key={href}
            href={href}
            aria-current={isOpen ? "page" : undefined}
            className={classes(styles.tab, isOpen && styles.current)}
          >
            {text}
            {note === undefined ? null : <span className={styles.note}>{note}</span>}
          </Link>
        );
      })}
    </nav>
  );
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
