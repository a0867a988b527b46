import { joined, type Part } from "./parts";

/** All Russian texts but those of faults. */
export default joined(
  import.meta.glob<Part>(["./parts/*.ru.json", "!./parts/errors.*"], { eager: true, import: "default" }),
);
