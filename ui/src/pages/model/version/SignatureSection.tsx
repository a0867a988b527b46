import { useMemo } from "react";
import { CodeBlock, FailureNotice, Section, Skeleton } from "../../../components";
import { useTranslation } from "../../../i18n";
import { readSignature } from "../../../lib/signature";
import { useAnswer } from "../../../state";
import { SignatureTables } from "../../run/SignatureTables";
import { Unsaid } from "../About";
import { signatureSnippet } from "./signatureSnippet";

/** What a signature to show needs. */
export interface SignatureSectionProps {
  /** The registered model. */
  readonly name: string;
  readonly version: number;
  /** The signature; null if it is too long to come along, undefined if there is none. */
  readonly signature: Readonly<Record<string, unknown>> | null | undefined;
}

/** What goes into a version and what comes out of it; where nobody said, why, and what to type. */
export function SignatureSection({ name, version, signature }: SignatureSectionProps) {
  const { t } = useTranslation();
  // A long one is fetched by itself.
  const whole = useAnswer(
    "get_named_version",
    { name, version: String(version) },
    { enabled: signature === null, keepsPrevious: false },
  );
  const shown = signature === null ? whole.data?.signature : signature;
  const read = useMemo(() => (shown == null ? null : readSignature(shown)), [shown]);
  return (
    <Section title={t("models.signature")}>
      {whole.error === null ? null : <FailureNotice error={whole.error} onAgain={() => void whole.refetch()} />}
      {read !== null ? (
        <SignatureTables signature={read} hasFiles />
      ) : signature === null && whole.data === undefined ? (
        whole.error === null && <Skeleton lines={4} />
      ) : (
        <>
          <Unsaid>{t("models.signature.none")}</Unsaid>
          <CodeBlock snippets={[{ name: "mlflow", code: signatureSnippet(name) }]} />
        </>
      )}
    </Section>
  );
}
