import { Lock, SearchX, UserRoundX } from "lucide-react";
import { hasAccounts } from "../../api";
import { EmptyPlace, FailureNotice, LinkButton, Page, Skeleton, Tabs } from "../../components";
import { useTranslation } from "../../i18n";
import { settingsAddress } from "../../lib/addresses";
import { isOffered, SETTINGS_PARTS, type SettingsPartEntry } from "../../lib/settingsParts";
import { useAnotherServer, usePathParameters, useSession } from "../../state";
import { settingsContents } from "./parts";

const SWITCH_ON = [{ name: "sh", code: "trialog server --accounts" }];

/** What can be set, and how the server is; each part has an address of its own. */
export default function SettingsPage() {
  const { t } = useTranslation();
  const { part: name } = usePathParameters<"part">("/settings/:part?");
  const part = name === undefined ? SETTINGS_PARTS[0] : SETTINGS_PARTS.find((one) => one.name === name);
  const title = t("settings.title");
  const { isAdmin } = useSession();
  // How to have accounts here is no question where the data is another server's.
  const { server } = useAnotherServer();
  const shown = SETTINGS_PARTS.filter(
    (one) => one === part || (isOffered(one, hasAccounts(), isAdmin) && !(one.needsAccounts && server !== null)),
  );
  return (
    <Page
      title={part === undefined ? title : `${t(`settings.${part.name}`)} · ${title}`}
      heading={title}
      bar={
        <Tabs
          label={title}
          tabs={shown.map((one) => ({
            href: settingsAddress(one.name),
            text: t(`settings.${one.name}`),
            isCurrent: one === part,
          }))}
        />
      }
    >
      {part === undefined ? <NoPart /> : <PartContent key={part.name} part={part} />}
    </Page>
  );
}

function PartContent({ part }: { readonly part: SettingsPartEntry }) {
  const { t } = useTranslation();
  const { isAdmin, isKnown, error, again, ...session } = useSession();
  const Content = settingsContents[part.name];
  if (!part.needsAccounts) return <Content />;
  if (!isKnown) {
    return error === null ? <Skeleton lines={6} /> : <FailureNotice error={error} onAgain={again} />;
  }
  if (!session.hasAccounts) {
    return (
      <EmptyPlace
        icon={UserRoundX}
        title={t("settings.noAccounts.title")}
        why={t("settings.noAccounts.why")}
        code={SWITCH_ON}
      />
    );
  }
  if (part.isForAdministrators && !isAdmin) {
    return <EmptyPlace icon={Lock} title={t("settings.admins.title")} why={t("settings.admins.why")} />;
  }
  return <Content />;
}

function NoPart() {
  const { t } = useTranslation();
  return (
    <EmptyPlace
      icon={SearchX}
      title={t("settings.noPart")}
      actions={<LinkButton href={settingsAddress()}>{t("settings.title")}</LinkButton>}
    />
  );
}
