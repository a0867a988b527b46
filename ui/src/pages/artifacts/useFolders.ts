import { useQueries } from "@tanstack/react-query";
import { pollingInterval } from "../../state";
import { type Folder, type FolderPlace, placeId } from "./folders";
import { listFolder } from "./source";

/**
 * Fetches what folders hold.
 *
 * @param places The folders that are looked into.
 * @param isLive Whether files may still come.
 */
export function useFolders(places: readonly FolderPlace[], isLive: boolean): ReadonlyMap<string, Folder> {
  const answers = useQueries({
    queries: places.map(({ source, path }) => ({
      queryKey: ["folder", source, path],
      queryFn: ({ signal }: { signal: AbortSignal }) => listFolder(source, path, signal),
      refetchInterval: isLive ? pollingInterval(false) : (false as const),
    })),
  });
  return new Map(
    places.map((place, index) => {
      const answer = answers[index];
      const folder = { files: answer?.data, error: answer?.error ?? null, again: () => void answer?.refetch() };
      return [placeId(place), folder];
    }),
  );
}
