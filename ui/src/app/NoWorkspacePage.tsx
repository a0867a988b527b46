import { Button, Page } from "../components";
import { useTranslation } from "../i18n";
import { DEFAULT_WORKSPACE } from "../lib/workspaces";
import { switchWorkspace, useWorkspaces } from "../state";

/** The page of addresses in a workspace that is not there, or not for this reader. */
export function NoWorkspacePage() {
  const { t } = useTranslation();
  const { name } = useWorkspaces();
  return (
    <Page title={t("shell.noWorkspace.title")}>
      <p>{t("shell.noWorkspace.text", { name })}</p>
      <p>
        <Button variant="primary" onClick={() => switchWorkspace(DEFAULT_WORKSPACE)}>
          {t("shell.noWorkspace.default")}
        </Button>
      </p>
    </Page>
  );
}
