import { SearchX } from "lucide-react";
import { EmptyPlace, LinkButton, Page } from "../components";
import { useTranslation } from "../i18n";

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
