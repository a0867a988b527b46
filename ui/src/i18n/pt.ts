import { joined, type Part } from "./parts";

/** All Portuguese texts but those of faults. */
export default joined(
  import.meta.glob<Part>(["./parts/*.pt.json", "!./parts/errors.*"], { eager: true, import: "default" }),
);
