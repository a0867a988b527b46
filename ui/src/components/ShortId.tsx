import { shortId } from "../lib/ids";
import { CopyButton } from "./CopyButton";
import styles from "./ShortId.module.css";

/** An id: as much of it as tells it apart; what is copied is the whole. */
export function ShortId({ id, name }: { readonly id: string; readonly name?: string }) {
  return (
    <span className={styles.id}>
      <code title={id}>{shortId(id)}</code>
      <CopyButton text={id} {...(name === undefined ? {} : { name })} />
    </span>
  );
}
