import { addressOfHash } from "../lib/hashAddresses";

/** Leads addresses of MLflow's web page, behind `#`, to ours: at the start, and when one is pasted later. */
export function followHashAddresses(prefix: string): void {
  function follow(): void {
    const address = addressOfHash(location.hash);
    if (address !== null) history.replaceState(null, "", prefix + address);
  }
  follow();
  addEventListener("hashchange", follow);
}
