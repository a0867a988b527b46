import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { CodeBlock, type Snippet } from "./CodeBlock";
import styles from "./EmptyPlace.module.css";

/** What an empty place says. */
export interface EmptyPlaceProps {
  readonly icon?: LucideIcon;
  readonly title: string;
  /** Why it is empty. */
  readonly why?: ReactNode;
  /** Code that fills it, in one language or in several to choose from. */
  readonly code?: readonly Snippet[];
  /** Buttons that fill it, or lead out of it. */
  readonly actions?: ReactNode;
}

/** Says why a place is empty and what fills it. */
export function EmptyPlace({ icon: Icon, title, why, code, actions }: EmptyPlaceProps) {
  return (
    <section className={styles.place}>
      {Icon === undefined ? null : <Icon size={28} aria-hidden="true" className={styles.icon} />}
      <h2>{title}</h2>
      {why === undefined ? null : <div className={styles.why}>{why}</div>}
      {code === undefined ? null : (
        <div className={styles.code}>
          <CodeBlock snippets={code} />
        </div>
      )}
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
    </section>
  );
}
