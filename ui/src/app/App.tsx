import { Suspense, useEffect, useState } from "react";
import { Route, Switch, useLocation } from "wouter";
import { NotFoundPage, NoticeBar } from "../components";
import { useTranslation } from "../i18n";
import { isKey } from "../lib/keys";
import { isTaken, useWorkspaces } from "../state";
import { AnotherServerBanner } from "./AnotherServerBanner";
import styles from "./App.module.css";
import { CommandPalette } from "./CommandPalette";
import { ErrorBoundary } from "./ErrorBoundary";
import { KeyboardHelp } from "./KeyboardHelp";
import { NoWorkspacePage } from "./NoWorkspacePage";
import { OpenServerBanner } from "./OpenServerBanner";
import { PageSkeleton } from "./PageSkeleton";
import { rooms } from "./rooms";
import { TopBar } from "./TopBar";
import { useGoTo } from "./useGoTo";
import { useMain } from "./useMain";

type Overlay = "commands" | "keyboard" | null;

/** Everything: the bar, the page that is open, and what can lie over it. */
export function App() {
  const { t } = useTranslation();
  const [path] = useLocation();
  const [overlay, setOverlay] = useState<Overlay>(null);
  const main = useMain(path);
  const { isThere } = useWorkspaces();
  useOverlayKeys(setOverlay);
  useGoTo();
  return (
    <div className={styles.app}>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        {t("shell.skip")}
      </button>
      <TopBar onCommands={() => setOverlay("commands")} onKeyboard={() => setOverlay("keyboard")} />
      <OpenServerBanner />
      <AnotherServerBanner />
      <main ref={main} id="main" tabIndex={-1} className={styles.main}>
        <ErrorBoundary path={path}>
          <Suspense fallback={<PageSkeleton />}>
            {isThere === null ? <PageSkeleton /> : isThere ? <Pages /> : <NoWorkspacePage />}
          </Suspense>
        </ErrorBoundary>
      </main>
      {overlay === "commands" ? (
        <CommandPalette onClose={() => setOverlay(null)} onKeyboard={() => setOverlay("keyboard")} />
      ) : null}
      {overlay === "keyboard" ? <KeyboardHelp onClose={() => setOverlay(null)} /> : null}
      <NoticeBar />
    </div>
  );
}

function Pages() {
  return (
    <Switch>
      {rooms.flatMap(({ paths, Page }) =>
        paths.map((pattern) => <Route key={pattern} path={pattern} component={Page} />),
      )}
      <Route component={NotFoundPage} />
    </Switch>
  );
}

function useOverlayKeys(show: (overlay: Overlay) => void): void {
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && isKey(event, "k")) {
        event.preventDefault();
        show("commands");
      } else if (event.key === "?" && !isTaken(event)) {
        event.preventDefault();
        show("keyboard");
      }
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [show]);
}
