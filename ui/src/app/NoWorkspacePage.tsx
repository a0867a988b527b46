import { SearchX } from "lucide-react";
import { Button, EmptyPlace, Page } from "../components";
import { useTranslation } from "../i18n";
import { DEFAULT_WORKSPACE } from "../lib/workspaces";
import { switchWorkspace, useWorkspaces } from "../state";

/** The page of addresses in a workspace that is not there, or not for this reader. */
export function NoWorkspacePage() {
  const { t } = useTranslation();
  const { name } = useWorkspaces();
  const title = t("shell.noWorkspace.title");
  return (
    <Page title={title}>
      <EmptyPlace
        icon={SearchX}
        title={title}
        why={t("shell.noWorkspace.text", { name })}
        actions={<Button onClick={() => switchWorkspace(DEFAULT_WORKSPACE)}>{t("shell.noWorkspace.default")}</Button>}
      />
    </Page>
  );
}
