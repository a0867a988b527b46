import { Component, type ReactNode } from "react";
import { Button, EmptyPlace } from "../components";
import { useTranslation } from "../i18n";

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
    return this.state.error === null ? this.props.children : <CrashedPage error={this.state.error} />;
  }
}

function CrashedPage({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  return (
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
  );
}
