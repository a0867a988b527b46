import { PackageX } from "lucide-react";
import { EmptyPlace, LinkButton } from "../../components";
import { useTranslation } from "../../i18n";
import { modelsAddress } from "../../lib/addresses";

/** What is said where there is no such model. */
export function ModelGone({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  return (
    <EmptyPlace
      icon={PackageX}
      title={t("models.gone.title", { name })}
      why={t("models.gone.why")}
      actions={<LinkButton href={modelsAddress()}>{t("models.gone.all")}</LinkButton>}
    />
  );
}
