import { useState } from "react";
import { classes } from "../lib/classes";
import styles from "./CodeBlock.module.css";
import { CopyButton } from "./CopyButton";

/** Code in one language. */
export interface Snippet {
  /** What it is for, such as `mlflow` or `curl`. */
  readonly name: string;
  readonly code: string;
}

/** Code to read and to copy; of several the one that is chosen. */
export function CodeBlock({ snippets }: { readonly snippets: readonly Snippet[] }) {
  const [chosen, setChosen] = useState(0);
  const shown = snippets[chosen] ?? snippets[0];
  if (shown === undefined) return null;
  return (
    <figure className={styles.block}>
      <figcaption className={styles.bar}>
        {snippets.length === 1 ? (
          <span className={styles.name}>{shown.name}</span>
        ) : (
          snippets.map(({ name }, place) => (
            <button
              key={name}
              type="button"
              aria-pressed={place === chosen}
              className={classes(styles.choice, place === chosen && styles.chosen)}
              onClick={() => setChosen(place)}
            >
              {name}
            </button>
          ))
        )}
        <CopyButton text={shown.code} name={shown.name} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than its place is scrolled by keyboard too. */}
      <pre className={styles.code} tabIndex={0}>
        <code>{shown.code}</code>
      </pre>
    </figure>
  );
}
