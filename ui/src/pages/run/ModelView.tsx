import { useMemo } from "react";
import { Link } from "wouter";
import type { RunModelMessage } from "../../api";
import { Badge, ByteSize, CodeBlock, CopyButton, Section } from "../../components";
import { useTranslation } from "../../i18n";
import { runAddress } from "../../lib/addresses";
import { joined } from "../../lib/paths";
import { readSignature } from "../../lib/signature";
import { useTrackingAddress } from "../../state";
import { type ArtifactSource, viewAddress } from "../artifacts";
import { InputExample } from "./InputExample";
import styles from "./ModelView.module.css";
import { loadingSnippets } from "./modelCode";
import type { Run } from "./runFacts";
import { SignatureTables } from "./SignatureTables";

// Every model can be loaded as a function: that says nothing of it.
const COMMON_FLAVOR = "python_function";

/** What a model of a run needs. */
export interface ModelViewProps {
  readonly run: Run;
  readonly model: RunModelMessage;
}

/** A model: what it is, what goes in and comes out, an example of what goes in, and how to load it. */
export function ModelView({ run, model }: ModelViewProps) {
  const { t } = useTranslation();
  const runId = run.info.run_id;
  const signature = useMemo(
    () => (model.signature === null ? null : readSignature(model.signature)),
    [model.signature],
  );
  const address = useTrackingAddress();
  const source: ArtifactSource =
    model.model_id === null ? { kind: "run", runId } : { kind: "loggedModel", modelId: model.model_id };
  const files = runAddress(runId, "artifacts", { path: model.path, of: model.model_id });
  return (
    <article className={styles.model}>
      <header className={styles.header}>
        <h2>
          <bdi>{model.name}</bdi>
        </h2>
        {model.flavors
          .filter((flavor) => flavor !== COMMON_FLAVOR)
          .map((flavor) => (
            <Badge key={flavor}>{flavor}</Badge>
          ))}
        <span className={styles.soft}>
          <ByteSize bytes={model.size_bytes} />
        </span>
        <span className={styles.uri}>
          <code>{model.model_uri}</code>
          <CopyButton text={model.model_uri} name={t("run.model.uri")} />
        </span>
        {model.has_files ? <Link href={files}>{t("run.model.files")}</Link> : null}
      </header>
      {model.has_files ? null : <p className={styles.soft}>{t("run.model.noFiles")}</p>}
      <div className={styles.columns}>
        <div className={styles.column}>
          <Section title={t("run.model.signature")}>
            <SignatureTables signature={signature} hasFiles={model.has_files} />
          </Section>
        </div>
        <div className={styles.column}>
          <Section title={t("run.model.load")}>
            <CodeBlock snippets={loadingSnippets(address, model.model_uri, model.flavors)} />
          </Section>
          {model.input_example === null ? null : (
            <Section title={t("run.model.example")}>
              <InputExample
                name={model.input_example}
                address={viewAddress(source, joined(model.path ?? "", model.input_example))}
              />
            </Section>
          )}
        </div>
      </div>
    </article>
  );
}
