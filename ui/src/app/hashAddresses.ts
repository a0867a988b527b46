import { addressOfHash } from "../lib/hashAddresses";

/** Leads addresses of MLflow's web page, behind `#`, to ours: at the start, and when one is pasted later. */
export function followHashAddresses(prefix: string): void {
  const first = addressOfHash(location.hash);
  if (first !== null) history.replaceState(null, "", prefix + first);
  addEventListener("hashchange", () => {
    const address = addressOfHash(location.hash);
    // It may be of another workspace, which is another page.
    if (address !== null) location.replace(prefix + address);
  });
}
