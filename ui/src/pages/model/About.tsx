import { Pencil } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton, Markdown } from "../../components";
import styles from "./About.module.css";

/** Facts, one a line: what it is, and its value. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

/** What a fact needs. */
export interface FactProps {
  readonly name: string;
  /** Opens what changes it, if the reader may. */
  readonly onEdit?: (() => void) | undefined;
  /** Name of the button that does. */
  readonly edit?: string;
  readonly children: ReactNode;
}

/** One fact. */
export function Fact({ name, onEdit, edit, children }: FactProps) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>
        <div className={styles.value}>{children}</div>
        {onEdit === undefined ? null : <IconButton icon={Pencil} label={edit ?? name} onClick={onEdit} />}
      </dd>
    </div>
  );
}

/** Where nothing was said, and why or what to do about it. */
export function Unsaid({ children }: { readonly children: ReactNode }) {
  return <span className={styles.unsaid}>{children}</span>;
}

/** A text of somebody's, in Markdown. */
export function LongText({ text }: { readonly text: string }) {
  return (
    <div className={styles.text}>
      <Markdown text={text} />
    </div>
  );
}
