import { useQuery } from "@tanstack/react-query";
import { fetchPart } from "../../api";
import { CodeBlock, FailureNotice, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { formatSize } from "../../lib/sizes";

const MOST_BYTES = 64 * 1024;

/** What an example needs. */
export interface InputExampleProps {
  /** Name of its file. */
  readonly name: string;
  readonly address: string;
}

/** An example of what goes into a model, as it was logged with it. */
export function InputExample({ name, address }: InputExampleProps) {
  const { t, locale } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["example", address],
    queryFn: ({ signal }) => fetchPart(address, 0, MOST_BYTES, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null) return <FailureNotice error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={120} />;
  const isWhole = data.bytes.byteLength >= data.size;
  const text = new TextDecoder().decode(data.bytes);
  return (
    <>
      <CodeBlock snippets={[{ name, code: isWhole ? indented(text) : text }]} />
      {isWhole ? null : (
        <p>
          {t("run.model.example.part", {
            shown: formatSize(data.bytes.byteLength, locale),
            size: formatSize(data.size, locale),
          })}
        </p>
      )}
    </>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
