import { Fragment, type ReactNode } from "react";
import styles from "./Settings.module.css";

/** A name and what is to be said of it. */
export interface Detail {
  readonly name: string;
  readonly value: ReactNode;
}

/** Names with their values, below each other. */
export function Details({ details }: { readonly details: readonly Detail[] }) {
  return (
    <dl className={styles.details}>
      {details.map(({ name, value }) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
