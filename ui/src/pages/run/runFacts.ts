import type { RunOverviewResponse, Tag } from "../../api";
import { isClientTag } from "../../lib/clientTags";

/** A run as its page shows it. */
export type Run = RunOverviewResponse;

/** Where a run came from, as far as its tags say. */
export interface RunSource {
  readonly name: string | null;
  readonly type: string | null;
  readonly commit: string | null;
  readonly branch: string | null;
  /** The repository, where it can be opened in a browser. */
  readonly repository: string | null;
  /** The commit in the repository, where it is known how its address is made. */
  readonly commitAddress: string | null;
}

/** Tag that holds the note. */
export const NOTE_TAG = "mlflow.note.content";

/** Returns the value of a tag. */
export function tagOf(run: Run, key: string): string | null {
  return run.tags.find((tag) => tag.key === key)?.value || null;
}

/** Returns the tags that people gave, and with those of clients if asked. */
export function shownTags(run: Run, withSystem: boolean): readonly Tag[] {
  return run.tags.filter(({ key }) => key !== NOTE_TAG && (withSystem || !isClientTag(key)));
}

/** Returns where a run came from. */
export function sourceOf(run: Run): RunSource {
  const commit = tagOf(run, "mlflow.source.git.commit");
  const repository = browsable(tagOf(run, "mlflow.source.git.repoURL"));
  return {
    name: tagOf(run, "mlflow.source.name"),
    type: tagOf(run, "mlflow.source.type"),
    commit,
    branch: tagOf(run, "mlflow.source.git.branch"),
    repository,
    commitAddress: commit === null || repository === null ? null : commitIn(repository, commit),
  };
}

/** Returns whose run it is; null where nobody said so. MLflow's client says it by a tag. */
export function userOf(run: Run): string | null {
  return tagOf(run, "mlflow.user") ?? (run.info.user_id || null);
}

/** Tells whether a run goes on, so that more of it is to come. */
export function isLive(run: Run): boolean {
  return run.info.lifecycle_stage === "active" && (run.info.status === "RUNNING" || run.info.status === "SCHEDULED");
}

/** Tells whether who asks may change a run. */
export function mayEdit(run: Run): boolean {
  return run.info.lifecycle_stage === "active" && (run.permission === "EDIT" || run.permission === "MANAGE");
}

/** Tells whether who asks may delete a run and restore it. */
export function mayManage(run: Run): boolean {
  return run.permission === "MANAGE";
}

/** Returns the address of a repository for a browser; null where it has none. */
export function browsable(repository: string | null): string | null {
  if (repository === null) return null;
  // `git@host:owner/name.git` is the same place as `https://host/owner/name`.
  const address = repository.replace(/^(?:ssh:\/\/)?git@([\w.-]+)[:/](?!\d+\/)/, "https://$1/");
  try {
    const url = new URL(address);
    if (url.protocol !== "https:" && url.protocol !== "http:") return null;
    // Names and passwords in it are not for showing.
    url.username = "";
    url.password = "";
    return url.href.replace(/\.git\/?$/, "").replace(/\/$/, "");
  } catch {
    return null;
  }
}

function commitIn(repository: string, commit: string): string | null {
  if (!/^[\da-f]{7,64}$/i.test(commit)) return null;
  const { hostname } = new URL(repository);
  if (hostname.includes("gitlab")) return `${repository}/-/commit/${commit}`;
  if (hostname.includes("bitbucket")) return `${repository}/commits/${commit}`;
  return `${repository}/commit/${commit}`;
}
