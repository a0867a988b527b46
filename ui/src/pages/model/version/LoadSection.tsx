import type { ModelVersionRowMessage } from "../../../api";
import { CodeBlock, Section } from "../../../components";
import { useTranslation } from "../../../i18n";
import { ownAddress } from "../ownAddress";
import { loadSnippets } from "./loadSnippets";

/** How a version is loaded, ready to copy. */
export function LoadSection({ name, row }: { readonly name: string; readonly row: ModelVersionRowMessage }) {
  const { t } = useTranslation();
  return (
    <Section title={t("models.load")}>
      <CodeBlock snippets={loadSnippets(ownAddress(), name, row)} />
    </Section>
  );
}
