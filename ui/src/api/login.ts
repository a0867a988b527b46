import { serverAddress } from "./address";

/** Goes to where one logs in, and from there back to this page. */
export function goToLogin(): void {
  const here = location.pathname + location.search;
  location.assign(serverAddress(`/login?next=${encodeURIComponent(here)}`));
}
