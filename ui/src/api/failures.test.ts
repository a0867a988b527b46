import { expect, test } from "vitest";
import { faultOf, faultOfSilence } from "./failures";

test("an answer with odd fields is still a fault", async () => {
  const fault = await faultOf(new Response('{"code": 7, "message": null, "values": "x"}', { status: 400 }));
  expect([fault.code, fault.status, fault.values]).toEqual(["http.400", 400, {}]);
});

test("no answer is a fault of the network", () => {
  expect(faultOfSilence(new TypeError("fetch failed"))).toMatchObject({ code: "network", status: 0 });
});
