import { LinkButton, Page } from "../components";
import { useTranslation } from "../i18n";

/** The page of addresses that lead nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("shell.notFound.title")}>
      <p>{t("shell.notFound.text", { address: location.pathname })}</p>
      <p>
        <LinkButton href="/">{t("shell.notFound.home")}</LinkButton>
      </p>
    </Page>
  );
}
