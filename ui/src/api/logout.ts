import { serverAddress } from "./address";
import { CSRF_HEADER, csrfToken } from "./csrf";
import { faultOfSilence } from "./failures";

/**
 * Ends the login of this browser, and goes to where one logs in.
 *
 * @throws ServerError The server did not answer.
 */
export async function logOut(): Promise<void> {
  const token = await csrfToken();
  try {
    await fetch(serverAddress("/logout"), { method: "POST", headers: token === null ? {} : { [CSRF_HEADER]: token } });
  } catch (error) {
    throw faultOfSilence(error);
  }
  location.assign(serverAddress("/login"));
}
