import { Download } from "lucide-react";
import { lazy, Suspense } from "react";
import { Button, ByteSize, CopyButton, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { choiceCodec } from "../../lib/codecs";
import { baseName } from "../../lib/paths";
import { useUrlState } from "../../state";
import styles from "./FileView.module.css";
import { HtmlView, PdfView } from "./FrameViews";
import { JsonView } from "./JsonView";
import { hasSource, kindOf } from "./kinds";
import { MarkdownView } from "./MarkdownView";
import { AudioView, ImageView, VideoView } from "./MediaViews";
import { type ArtifactSource, downloadAddress, viewAddress } from "./source";
import { CsvView } from "./TableView";
import { TextView } from "./TextView";
import { UnknownView } from "./UnknownView";

const ParquetView = lazy(() => import("./ParquetView"));

const lookCodec = choiceCodec(["shown", "text"], "shown");

/** What a file that is looked at needs. */
export interface FileViewProps {
  readonly source: ArtifactSource;
  readonly path: string;
  /** How long it is; null as long as that is not known. */
  readonly size: number | null;
}

/** One file: its name and size, what can be done with it, and what is in it. */
export function FileView({ source, path, size }: FileViewProps) {
  const { t } = useTranslation();
  const [look, setLook] = useUrlState("as", lookCodec);
  const isText = look === "text" && hasSource(path);
  return (
    <section className={styles.file} aria-label={path}>
      <header className={styles.header}>
        <h2 className={styles.name}>
          <bdi>{path}</bdi>
        </h2>
        <CopyButton text={path} name={t("artifacts.path")} />
        <span className={styles.size}>
          <ByteSize bytes={size} />
        </span>
        {hasSource(path) ? (
          <Button variant="quiet" aria-pressed={isText} onClick={() => setLook(isText ? "shown" : "text")}>
            {t("artifacts.source")}
          </Button>
        ) : null}
        <DownloadLink href={downloadAddress(source, path)} text={t("artifacts.download")} />
      </header>
      <Content source={source} path={path} size={size} isText={isText} />
    </section>
  );
}

/** A link by which the browser saves something. */
export function DownloadLink({ href, text }: { readonly href: string; readonly text: string }) {
  return (
    <a href={href} download className={styles.download}>
      <Download size={15} aria-hidden="true" />
      <span>{text}</span>
    </a>
  );
}

function Content({ source, path, size, isText }: FileViewProps & { readonly isText: boolean }) {
  const address = viewAddress(source, path);
  const name = baseName(path);
  const kind = kindOf(path);
  // Each file begins anew: where it is scrolled to and what of it is open belongs to it alone.
  if (isText || kind === "text") return <TextView key={address} address={address} name={name} />;
  if (kind === "image") return <ImageView key={address} address={address} name={name} />;
  if (kind === "table") return <CsvView key={address} address={address} path={path} />;
  if (kind === "json") return <JsonView key={address} address={address} name={name} />;
  if (kind === "markdown") return <MarkdownView key={address} source={source} path={path} />;
  if (kind === "html") return <HtmlView key={address} source={source} path={path} />;
  if (kind === "audio") return <AudioView key={address} address={address} name={name} />;
  if (kind === "video") return <VideoView key={address} address={address} name={name} />;
  if (kind === "unknown") return <UnknownView key={address} address={address} name={name} />;
  // These need to know how long they are.
  if (size === null) return <Skeleton lines={8} />;
  if (kind === "pdf") return <PdfView key={address} address={address} path={path} size={size} />;
  return (
    <Suspense fallback={<Skeleton lines={8} />}>
      <ParquetView key={address} address={address} path={path} size={size} />
    </Suspense>
  );
}
