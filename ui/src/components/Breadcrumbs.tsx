import { Fragment, type ReactNode } from "react";
import { Link } from "wouter";
import { useTranslation } from "../i18n";
import styles from "./Breadcrumbs.module.css";

/** One place on the way; the last one, where the reader is, has no address. */
export interface Crumb {
  readonly text: ReactNode;
  readonly href?: string;
}

/** The way to where the reader is. */
export function Breadcrumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("common.where")} className={styles.crumbs}>
      {crumbs.map(({ text, href }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the way is its order.
        <Fragment key={place}>
          {place === 0 ? null : (
            <span aria-hidden="true" className={styles.slash}>
              /
            </span>
          )}
          {href === undefined ? (
            <span aria-current="page" className={styles.crumb}>
              {text}
            </span>
          ) : (
            <Link href={href} className={styles.crumb}>
              {text}
            </Link>
          )}
        </Fragment>
      ))}
    </nav>
  );
}
