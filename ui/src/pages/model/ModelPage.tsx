import { FailureNotice, Page, Skeleton, Tabs } from "../../components";
import { useTranslation } from "../../i18n";
import { modelAddress, modelsAddress } from "../../lib/addresses";
import { listCodec } from "../../lib/codecs";
import { formatCount } from "../../lib/numbers";
import { isNotFound, useAnotherServer, usePathParameters, useSelection, useUrlState } from "../../state";
import { CompareTab } from "./CompareTab";
import { HistoryTab } from "./HistoryTab";
import { ModelFacts } from "./ModelFacts";
import { ModelGone } from "./ModelGone";
import { ModelMenu } from "./ModelMenu";
import { MODEL_TABS, tabCodec } from "./modelTabs";
import { StageCards } from "./StageCards";
import { type LoadedModel, type ModelAnswer, useModel } from "./useModel";
import { VersionsTab } from "./VersionsTab";

/** A registered model: what is in its stages, its versions side by side, their comparison, and its history. */
export default function ModelPage() {
  const { t } = useTranslation();
  const { name = "" } = usePathParameters<"name">("/models/:name");
  const answer = useModel(name);
  const { model, error, again } = answer;
  const isGone = isNotFound(error);
  return (
    <Page
      title={name}
      crumbs={[{ text: t("models.title"), href: modelsAddress() }, { text: <bdi>{name}</bdi> }]}
      actions={model === undefined || isGone ? undefined : <ModelMenu model={model} />}
    >
      {error === null || isGone ? null : <FailureNotice error={error} isKept={model !== undefined} onAgain={again} />}
      {isGone ? (
        <ModelGone name={name} />
      ) : model === undefined ? (
        error === null && <Skeleton lines={10} />
      ) : (
        <LoadedPage key={name} model={model} answer={answer} />
      )}
    </Page>
  );
}

function LoadedPage({ model, answer }: { readonly model: LoadedModel; readonly answer: ModelAnswer }) {
  const { t, locale } = useTranslation();
  const [tab] = useUrlState("tab", tabCodec);
  const { ids } = useSelection("versions");
  const { lacks } = useAnotherServer();
  const { name, version_count } = model.overview;
  const versions = listCodec.format(ids);
  const notes = { versions: formatCount(version_count, locale), compare: undefined, history: undefined };
  return (
    <>
      <ModelFacts model={model} />
      {version_count === 0 ? null : <StageCards model={model} />}
      <Tabs
        label={t("models.tabs")}
        tabs={MODEL_TABS.filter((part) => part !== "history" || !lacks("move_history")).map((part) => ({
          // What is ticked stays ticked from one to the other.
          href: modelAddress(name, { tab: tabCodec.format(part), versions }),
          text: t(`models.tab.${part}`),
          isCurrent: part === tab,
          note: notes[part],
        }))}
      />
      {tab === "versions" ? <VersionsTab model={model} answer={answer} /> : null}
      {tab === "compare" ? <CompareTab model={model} /> : null}
      {tab === "history" ? <HistoryTab name={name} /> : null}
    </>
  );
}
