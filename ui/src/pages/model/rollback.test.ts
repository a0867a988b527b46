import { expect, test } from "vitest";
import type { RegistryMoveMessage } from "../../api";
import { mayRollBack } from "./rollback";

function move(version: number | null, to_stage: RegistryMoveMessage["to_stage"]): RegistryMoveMessage {
  return {
    move_id: 1,
    change_id: 1,
    registered_model_id: 1,
    name: "m",
    version,
    alias: null,
    from_stage: "None",
    to_stage,
    from_version: null,
    timestamp: 0,
    actor: "anybody",
    operation: "promote",
    reason: null,
    gate: null,
  };
}

test("there is something to go back to once another version was there", () => {
  expect(mayRollBack([], false, "Production", null)).toBe(false);
  expect(mayRollBack([move(1, "Production")], false, "Production", 1)).toBe(false);
  expect(mayRollBack([move(2, "Production"), move(1, "Production")], false, "Production", 2)).toBe(true);
  expect(mayRollBack([move(1, "Production")], false, "Production", null)).toBe(true);
  expect(mayRollBack([move(1, "Staging")], false, "Production", null)).toBe(false);
  expect(mayRollBack([], true, "Production", 1)).toBe(true);
});
