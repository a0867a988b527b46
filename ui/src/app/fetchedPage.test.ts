import { expect, test } from "vitest";
import { fetchedPage, PageNotFetched } from "./fetchedPage";

test("a page is handed on, and one that cannot be fetched is told from one that fails", async () => {
  const Page = () => null;
  expect(await fetchedPage(async () => ({ default: Page }))).toEqual({ default: Page });
  const gone = fetchedPage(() => Promise.reject(new TypeError("Failed to fetch dynamically imported module")));
  await expect(gone).rejects.toBeInstanceOf(PageNotFetched);
  await expect(gone).rejects.toThrow("Failed to fetch");
});
