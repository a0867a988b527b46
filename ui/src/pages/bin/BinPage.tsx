import { Trash2 } from "lucide-react";
import { useMemo, useState } from "react";
import { Button, EmptyPlace, FailureNotice, Page, Section, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { experimentsAddress } from "../../lib/addresses";
import { useAnotherServer, useAnswer, useSession } from "../../state";
import { useExperimentList } from "../experiments/useExperimentList";
import { BinSummary } from "./BinSummary";
import { DeletedExperiments } from "./DeletedExperiments";
import { DeletedRuns } from "./DeletedRuns";
import { RemoveDialog } from "./RemoveDialog";
import type { RemovalChoice } from "./removal";

const EVERYTHING: RemovalChoice = { run_ids: [], experiment_ids: [], everything: true };

/** What was deleted: to be taken back, or removed for good. */
export default function BinPage() {
  const { t } = useTranslation();
  const session = useSession();
  const [removal, setRemoval] = useState<RemovalChoice | null>(null);
  const deleted = useExperimentList("", "DELETED_ONLY");
  const active = useExperimentList("", "ACTIVE_ONLY");
  const { lacks } = useAnotherServer();
  const mayRemove = !lacks("removal");
  const content = useAnswer("look_into_bin", {}, { enabled: mayRemove });
  const withDeletedRuns = useMemo(
    () => active.experiments.filter(({ deleted_run_count }) => deleted_run_count > 0),
    [active.experiments],
  );
  const isPending = deleted.isPending || active.isPending;
  const error = deleted.error ?? active.error;
  const isEmpty = !isPending && deleted.experiments.length === 0 && withDeletedRuns.length === 0;
  const mayEmpty = mayRemove && session.isKnown && (!session.hasAccounts || session.isAdmin);
  return (
    <Page
      title={t("bin.title")}
      crumbs={[{ text: t("experiments.title"), href: experimentsAddress() }]}
      actions={
        mayEmpty && !isPending && !isEmpty ? (
          <Button variant="danger" icon={Trash2} onClick={() => setRemoval(EVERYTHING)}>
            {t("bin.empty.do")}
          </Button>
        ) : undefined
      }
    >
      {error === null ? null : (
        <FailureNotice
          error={error}
          isKept={!isPending}
          onAgain={() => {
            deleted.refetch();
            active.refetch();
          }}
        />
      )}
      {isPending ? (
        error === null && <Skeleton lines={8} />
      ) : isEmpty ? (
        <EmptyPlace icon={Trash2} title={t("bin.empty.title")} why={t("bin.empty.why")} />
      ) : (
        <>
          {content.data === undefined ? null : <BinSummary content={content.data} />}
          {deleted.experiments.length === 0 ? null : (
            <Section title={t("bin.experiments")}>
              <DeletedExperiments experiments={deleted.experiments} onRemove={setRemoval} />
            </Section>
          )}
          {withDeletedRuns.length === 0 ? null : (
            <Section title={t("bin.runs")}>
              <DeletedRuns experiments={withDeletedRuns} onRemove={setRemoval} />
            </Section>
          )}
        </>
      )}
      {removal === null ? null : <RemoveDialog choice={removal} onClose={() => setRemoval(null)} />}
    </Page>
  );
}
