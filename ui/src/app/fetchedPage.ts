import type { ComponentType } from "react";

/** What a file of the page says that could not be fetched. */
export class PageNotFetched extends Error {
  override readonly name = "PageNotFetched";
}

type PageModule = { readonly default: ComponentType };

/**
 * Fetches a page, and tells when its file could not be had from faults of the page itself.
 *
 * @param fetch Imports the page.
 * @throws PageNotFetched The server did not answer, or does not have this file any more since it was upgraded.
 */
export async function fetchedPage(fetch: () => Promise<PageModule>): Promise<PageModule> {
  try {
    return await fetch();
  } catch (error) {
    throw new PageNotFetched(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
