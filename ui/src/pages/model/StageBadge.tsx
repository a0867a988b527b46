import { Badge, type BadgeTone } from "../../components";
import { useTranslation } from "../../i18n";
import type { Stage } from "./stages";

const TONES: Readonly<Record<Stage, BadgeTone>> = {
  None: "plain",
  Staging: "accent",
  Production: "good",
  Archived: "plain",
};

/** The stage of a version, by the name that it has in every language; on hover what it means. */
export function StageBadge({ stage }: { readonly stage: Stage }) {
  const { t } = useTranslation();
  return (
    <Badge tone={TONES[stage]}>
      <span title={t(`models.stage.${stage}`)}>{stage}</span>
    </Badge>
  );
}
