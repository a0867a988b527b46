import { CloudOff } from "lucide-react";
import { Component, type ReactNode, useState } from "react";
import { serverAddress } from "../api";
import { Button, EmptyPlace, Page } from "../components";
import { useTranslation } from "../i18n";
import { PageNotFetched } from "./fetchedPage";

interface Props {
  /** Address of the page; at another one what failed here is tried anew. */
  readonly path: string;
  readonly children: ReactNode;
}

interface State {
  readonly path: string;
  readonly error: unknown;
}

/** Keeps a fault of one page from taking the whole with it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { path: this.props.path, error: null };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): State | null {
    return props.path === state.path ? null : { path: props.path, error: null };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return error instanceof PageNotFetched ? <UnfetchedPage /> : <CrashedPage error={error} />;
  }
}

function CrashedPage({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  return (
    <Page title={t("shell.crash.title")}>
      <EmptyPlace
        title={t("shell.crash.title")}
        why={t("shell.crash.text")}
        code={[
          { name: location.pathname, code: error instanceof Error ? `${error.name}: ${error.message}` : String(error) },
        ]}
        actions={
          <Button variant="primary" onClick={() => location.reload()}>
            {t("shell.crash.again")}
          </Button>
        }
      />
    </Page>
  );
}

function UnfetchedPage() {
  const { t } = useTranslation();
  const [isBusy, setIsBusy] = useState(false);
  const [attempts, setAttempts] = useState(0);

  async function again(): Promise<void> {
    setIsBusy(true);
    try {
      // To load the page from a server that is not there would lose what is still shown.
      await fetch(serverAddress("/health"));
      location.reload();
    } catch {
      setAttempts((before) => before + 1);
    } finally {
      setIsBusy(false);
    }
  }
  return (
    <Page title={t("shell.unfetched.title")}>
      <EmptyPlace
        icon={CloudOff}
        title={t("shell.unfetched.title")}
        why={
          <>
            <p>{t("shell.unfetched.text")}</p>
            <p role="status">{attempts === 0 ? "" : t("shell.unfetched.still", { count: attempts })}</p>
          </>
        }
        actions={
          <Button variant="primary" isBusy={isBusy} onClick={() => void again()}>
            {t("common.again")}
          </Button>
        }
      />
    </Page>
  );
}
