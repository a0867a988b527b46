import { useAnotherServer, useAnswer, useSession } from "../../../state";

const CHANGING: ReadonlySet<string> = new Set(["EDIT", "MANAGE"]);
// Names may be longer than what is searched for may be.
const LONGEST_SEARCH = 200;

/** Tells whether the reader may say what metrics mean: on the whole server, or in one experiment. */
export function useMayChange(experimentId: string | null): boolean {
  const { isAdmin } = useSession();
  const { lacks } = useAnotherServer();
  const { data } = useAnswer(
    "get_experiment",
    { experiment_id: experimentId ?? "" },
    { enabled: experimentId !== null },
  );
  const name = data?.experiment.name;
  const { data: found } = useAnswer(
    "search_experiment_overviews",
    { search: (name ?? "").slice(0, LONGEST_SEARCH), max_results: 100 },
    { enabled: !isAdmin && name !== undefined },
  );
  if (lacks("metric_meanings")) return false;
  if (isAdmin || experimentId === null) return isAdmin;
  const permission = found?.experiments.find((one) => one.experiment_id === experimentId)?.permission;
  return permission !== undefined && CHANGING.has(permission);
}
