import { serverAddress } from "../../api";

/** Returns the address of this server as clients are told it, without a slash at its end. */
export function ownAddress(): string {
  return location.origin + serverAddress("");
}
