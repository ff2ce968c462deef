import { Json } from "../../../components/Json";
import { at } from "../tree";
import type { InspectorProps } from "../types";

/** What is selected, as it is written. */
export default function Inspector({ definition, place }: InspectorProps) {
  const { trigger, trigger_with, when } = definition;
  return <Json value={place.kind === "trigger" ? { trigger, trigger_with, when } : at(definition, place)} label="The selected part" />;
}
