import { Package } from "lucide-react";
import { EmptyPlace } from "../../components";
import { useTranslation } from "../../i18n";
import { ownAddress } from "../model/ownAddress";
import { registerSnippets } from "../model/registerSnippets";

const EXAMPLE = "my_model";

/** What an empty registry says: the lines that register a first model, with this server's address filled in. */
export function EmptyModels() {
  const { t } = useTranslation();
  return (
    <EmptyPlace
      icon={Package}
      title={t("models.empty.title")}
      why={t("models.empty.why")}
      code={registerSnippets(ownAddress(), EXAMPLE)}
    />
  );
}
