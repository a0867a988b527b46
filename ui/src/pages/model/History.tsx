import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "../../api";
import { Button, FailureNotice, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { answerKey } from "../../state";
import styles from "./History.module.css";
import { MoveTable } from "./MoveTable";

const PAGE = 50;

/** Whose history is shown. */
export interface HistoryProps {
  /** The registered model. */
  readonly name: string;
  /** Moves into and out of this stage alone; null for all. */
  readonly stage?: string | null;
  /** Moves of this version alone; null for all. */
  readonly version?: number | null;
}

/** Who moved what, when and why, the last move first; older moves on request. */
export function History({ name, stage = null, version = null }: HistoryProps) {
  const { t } = useTranslation();
  const asked = {
    name,
    max_results: PAGE,
    ...(stage === null ? {} : { stage }),
    ...(version === null ? {} : { version: String(version) }),
  };
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...answerKey("get_model_history", asked), "pages"],
    queryFn: ({ pageParam, signal }) => call("get_model_history", { ...asked, page_token: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_page_token || null,
  });
  const moves = data?.pages.flatMap((page) => page.moves);
  return (
    <div className={styles.history}>
      {error === null ? null : (
        <FailureNotice error={error} isKept={moves !== undefined} onAgain={() => void refetch()} />
      )}
      {moves === undefined ? (
        error === null && <Skeleton lines={5} />
      ) : moves.length === 0 ? (
        <p className={styles.nothing}>{t("models.history.none")}</p>
      ) : (
        <MoveTable moves={moves} />
      )}
      {hasNextPage ? (
        <Button isBusy={isFetchingNextPage} className={styles.more} onClick={() => void fetchNextPage()}>
          {t("models.history.older")}
        </Button>
      ) : null}
    </div>
  );
}
