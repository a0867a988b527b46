import { PackageOpen } from "lucide-react";
import { EmptyPlace } from "../../components";
import { useTranslation } from "../../i18n";
import { ownAddress } from "./ownAddress";
import { registerSnippets } from "./registerSnippets";

/** What a model without versions says: the lines that register one, with its name and this server filled in. */
export function EmptyVersions({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  return (
    <EmptyPlace
      icon={PackageOpen}
      title={t("models.versions.empty.title")}
      why={t("models.versions.empty.why")}
      code={registerSnippets(ownAddress(), name)}
    />
  );
}
