import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { fetchFile } from "../../api";
import { Button, EmptyPlace, FailureNotice, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import styles from "./FrameViews.module.css";
import { type ArtifactSource, viewAddress } from "./source";

const MOST_PDF_BYTES = 100_000_000;

/** A page in a frame with an origin of its own: it sees nothing of ours and reaches no address. Its scripts run if asked. */
export function HtmlView({ source, path }: { readonly source: ArtifactSource; readonly path: string }) {
  const { t } = useTranslation();
  const [hasScripts, setHasScripts] = useState(false);
  return (
    <div className={styles.view}>
      <p className={styles.note}>
        <ShieldCheck size={15} aria-hidden="true" />
        <span>{hasScripts ? t("artifacts.html.running") : t("artifacts.html.still")}</span>
        <Button variant="quiet" onClick={() => setHasScripts(!hasScripts)}>
          {hasScripts ? t("artifacts.html.stop") : t("artifacts.html.run")}
        </Button>
      </p>
      <iframe
        // What a frame may do is read when it begins.
        key={String(hasScripts)}
        title={path}
        src={viewAddress(source, path, hasScripts)}
        sandbox={hasScripts ? "allow-scripts" : ""}
        // Over plain HTTP the server knows by it alone that the frame is ours; the page in it learns no more than that.
        referrerPolicy="origin"
        className={styles.page}
      />
    </div>
  );
}

/** A PDF in the browser's own viewer. */
export function PdfView({
  address,
  path,
  size,
}: {
  readonly address: string;
  readonly path: string;
  readonly size: number;
}) {
  const { t } = useTranslation();
  const isShown = size <= MOST_PDF_BYTES;
  const { data, error, refetch } = useQuery({
    queryKey: ["pdf", address],
    queryFn: ({ signal }) => fetchFile(address, signal),
    enabled: isShown,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const [blob, setBlob] = useState<string | null>(null);
  useEffect(() => {
    if (data === undefined) return;
    // Of this type a browser shows it in its viewer, whatever it holds; a frame that is sandboxed gets none.
    const made = URL.createObjectURL(new Blob([data], { type: "application/pdf" }));
    setBlob(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  if (!isShown) return <EmptyPlace title={t("artifacts.large.title")} why={t("artifacts.large.why")} />;
  if (error !== null) return <FailureNotice error={error} onAgain={() => void refetch()} />;
  if (blob === null) return <Skeleton height={400} />;
  return <iframe title={path} src={blob} className={styles.page} />;
}
