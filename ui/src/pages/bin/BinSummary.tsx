import { Link } from "wouter";
import type { BinContentResponse } from "../../api";
import { ByteSize, Name, Time } from "../../components";
import { useTranslation } from "../../i18n";
import { modelAddress, versionAddress } from "../../lib/addresses";
import styles from "./BinPage.module.css";

const MOST_HELD = 10;

/** How much lies in the bin, and what of it stays because a registered version comes from it. */
export function BinSummary({ content }: { readonly content: BinContentResponse }) {
  const { t } = useTranslation();
  return (
    <div className={styles.summary}>
      <dl className={styles.facts}>
        <div>
          <dt>{t("bin.fact.size")}</dt>
          <dd>
            <ByteSize bytes={content.estimated_bytes} />
          </dd>
        </div>
        {content.artifact_bytes === null ? null : (
          <div>
            <dt>{content.all_artifacts_counted ? t("bin.fact.files") : t("bin.fact.filesAtLeast")}</dt>
            <dd>
              <ByteSize bytes={content.artifact_bytes} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t("bin.fact.oldest")}</dt>
          <dd>
            <Time moment={content.oldest} isRelative />
          </dd>
        </div>
      </dl>
      {content.being_removed === 0 ? null : <p>{t("bin.underway", { count: content.being_removed })}</p>}
      <HeldItems content={content} />
    </div>
  );
}

/** What is not removed, with the versions that hold it. */
export function HeldItems({ content }: { readonly content: BinContentResponse }) {
  const { t } = useTranslation();
  if (content.held_count === 0) return null;
  return (
    <div className={styles.held}>
      <p>{t("bin.held", { count: content.held_count })}</p>
      <ul className={styles.heldList}>
        {content.held.slice(0, MOST_HELD).map(({ kind, id, name, version }) => (
          <li key={`${kind} ${id} ${name} ${version}`}>
            <Link href={version === "" ? modelAddress(name) : versionAddress(name, version)}>
              <Name text={t("bin.held.version", { name, version })} />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
