import { SearchX } from "lucide-react";
import { useTranslation } from "../i18n";
import { LinkButton } from "./Button";
import { EmptyPlace } from "./EmptyPlace";
import { Page } from "./Page";

/** The page of addresses that lead nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation();
  const title = t("shell.notFound.title");
  return (
    <Page title={title}>
      <EmptyPlace
        icon={SearchX}
        title={title}
        why={t("shell.notFound.text", { address: location.pathname })}
        actions={<LinkButton href="/">{t("shell.notFound.home")}</LinkButton>}
      />
    </Page>
  );
}
