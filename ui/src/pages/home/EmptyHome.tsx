import { Inbox } from "lucide-react";
import { EmptyPlace } from "../../components";
import { useTranslation } from "../../i18n";
import { useTrackingAddress } from "../../state";
import { firstRunSnippets } from "./firstRun";

/** What an empty store says: the lines that log a first run, with this server's address filled in. */
export function EmptyHome() {
  const { t } = useTranslation();
  const address = useTrackingAddress();
  return (
    <EmptyPlace icon={Inbox} title={t("home.empty.title")} why={t("home.empty.why")} code={firstRunSnippets(address)} />
  );
}
