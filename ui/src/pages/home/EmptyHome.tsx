import { Inbox } from "lucide-react";
import { serverAddress } from "../../api";
import { EmptyPlace } from "../../components";
import { useTranslation } from "../../i18n";
import { firstRunSnippets } from "./firstRun";

/** What an empty store says: the lines that log a first run, with this server's address filled in. */
export function EmptyHome() {
  const { t } = useTranslation();
  const address = location.origin + serverAddress("");
  return (
    <EmptyPlace icon={Inbox} title={t("home.empty.title")} why={t("home.empty.why")} code={firstRunSnippets(address)} />
  );
}
