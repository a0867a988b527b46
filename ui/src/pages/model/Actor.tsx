import { useTranslation } from "../../i18n";

// So the server calls everybody where nobody logs in.
const ANYBODY = "anybody";

/** Who did something, as far as the server knows. */
export function Actor({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  if (name === ANYBODY) return <span title={t("models.anybody.why")}>{t("models.anybody")}</span>;
  return <bdi>{name}</bdi>;
}
