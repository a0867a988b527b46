import { useMemo } from "react";
import { useLocation, useRouter } from "wouter";
import { pathParameters } from "../lib/routes";

/** Returns the path of the page as it stands in the address, without the server's prefix. */
export function rawPath(base: string): string {
  return window.location.pathname.slice(base.length) || "/";
}

/**
 * Returns what stands in the address at the places that a pattern names, such as `:name`.
 *
 * The router decodes half of an address before it looks at it: names with slashes and percent signs come out wrong there.
 */
export function usePathParameters<Name extends string>(pattern: string): Readonly<Partial<Record<Name, string>>> {
  const { base } = useRouter();
  const [path] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the path the raw one changes.
  return useMemo(() => pathParameters(pattern, rawPath(base)) as Partial<Record<Name, string>>, [pattern, base, path]);
}
