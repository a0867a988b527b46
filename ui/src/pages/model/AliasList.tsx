import { Link } from "wouter";
import type { ModelAliasMessage } from "../../api";
import { useTranslation } from "../../i18n";
import { versionAddress } from "../../lib/addresses";
import styles from "./AliasList.module.css";

/** Aliases of a model, each with the version that bears it. */
export function AliasList({
  model,
  aliases,
}: {
  readonly model: string;
  readonly aliases: readonly ModelAliasMessage[];
}) {
  const { t } = useTranslation();
  return (
    <ul className={styles.aliases}>
      {aliases.map(({ alias, version }) => (
        <li key={alias} className={styles.alias}>
          <span>@{alias}</span>
          <Link href={versionAddress(model, version)}>{t("models.version", { version })}</Link>
        </li>
      ))}
    </ul>
  );
}
