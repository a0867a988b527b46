import { useEffect, useRef } from "react";
import { useTranslation } from "../../../i18n";
import { classes } from "../../../lib/classes";
import styles from "./FilterLine.module.css";
import type { Completion } from "./useCompletions";

/** What the list needs. */
export interface CompletionListProps {
  readonly id: string;
  readonly options: readonly Completion[];
  /** The one that the keyboard is at; -1 for none. */
  readonly active: number;
  readonly onTake: (option: Completion) => void;
}

/** What fits where the cursor is. */
export function CompletionList({ id, options, active, onTake }: CompletionListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div ref={list} id={id} role="listbox" aria-label={t("runs.filter.completions")} className={styles.list}>
      {options.map((option, place) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the line has the keys.
        <div
          key={`${option.kind} ${option.text}`}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === active}
          tabIndex={-1}
          className={classes(styles.option, place === active && styles.active)}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(option)}
        >
          <bdi className={styles.text}>{option.text}</bdi>
          {option.kind === null ? null : <span className={styles.note}>{t(`runs.kind.${option.kind}`)}</span>}
          {option.runs === null ? null : <span className={styles.note}>{t("runs.count", { count: option.runs })}</span>}
        </div>
      ))}
    </div>
  );
}
