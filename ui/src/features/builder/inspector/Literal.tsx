import { Autocomplete, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { Exact, numberIn } from "../../../api/exact";
import { Picked } from "../../choices/Picked";
import { useAround } from "./context";
import type { Target } from "./logic/targets";
import { same, shownScalar, typed } from "./logic/values";

const YES_NO = [
  { value: "true", label: "Yes" },
  { value: "false", label: "No" },
];

/** A fixed value in the way that its field takes it; without a field, numbers and yes or no are told by their look. */
export function Literal({
  label,
  target,
  value,
  onChange,
  hidden = false,
}: {
  label: string;
  target?: Pick<Target, "type" | "choices" | "closed" | "maxLength" | "pick">;
  value: unknown;
  onChange: (value: unknown) => void;
  hidden?: boolean;
}) {
  const { readOnly, origins, beside } = useAround();
  const names = hidden ? { "aria-label": label } : { label };
  const isText = typeof value === "string";
  if (target?.pick && isText) {
    const of = target.pick.of === undefined ? null : beside[target.pick.of];
    return <Picked label={label} hidden={hidden} size="xs" readOnly={readOnly} pick={target.pick} origins={origins} of={typeof of === "string" && of ? of : null} value={value} change={onChange} />;
  }
  if (target?.type === "yes or no" && (typeof value === "boolean" || value === ""))
    return (
      <Select {...names} size="xs" data={YES_NO} readOnly={readOnly} value={value === "" ? null : String(value)} onChange={(next) => next && onChange(next === "true")} allowDeselect={false} />
    );
  if (target?.choices && target.closed && isText)
    return (
      <Select
        {...names}
        size="xs"
        searchable
        readOnly={readOnly}
        allowDeselect={false}
        data={value && !target.choices.includes(value) ? [...new Set([value, ...target.choices])] : [...new Set(target.choices)]}
        error={value && !target.choices.includes(value) ? "This is none of the choices." : undefined}
        value={value || null}
        onChange={(next) => next !== null && onChange(next)}
      />
    );
  if (target?.type === "number" && (typeof value === "number" || value instanceof Exact || value === "")) return <NumberLiteral names={names} value={value} onChange={onChange} />;
  if (target && (target.type === "text" || target.type === "day" || target.type === "moment") && isText) {
    const error = target.maxLength !== null && value.length > target.maxLength ? `The field keeps ${target.maxLength} characters.` : undefined;
    return target.choices ? (
      <Autocomplete {...names} size="xs" data={[...new Set(target.choices)]} readOnly={readOnly} value={value} onChange={onChange} error={error} />
    ) : (
      <TextInput {...names} size="xs" readOnly={readOnly} value={value} onChange={(event) => onChange(event.currentTarget.value)} error={error} />
    );
  }
  return <AnyLiteral names={names} value={value} onChange={onChange} />;
}

/** A number as it is typed: ``1.50`` is not made ``1.5``, and however long it is it keeps its digits. */
function NumberLiteral({ names, value, onChange }: { names: object; value: number | Exact | ""; onChange: (value: unknown) => void }) {
  const { readOnly } = useAround();
  const [text, setText] = useState(String(value));
  const meant = numberIn(text.trim().replace(",", "."));
  const wrong = text.trim() !== "" && meant === null;
  const shown = wrong || same(meant ?? "", value) ? text : String(value);
  return (
    <TextInput
      {...names}
      size="xs"
      inputMode="decimal"
      readOnly={readOnly}
      value={shown}
      error={wrong ? "This is not a number yet; the flow keeps the value from before." : undefined}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        const number = numberIn(next.trim().replace(",", "."));
        if (number !== null || next.trim() === "") onChange(number ?? "");
      }}
    />
  );
}

/** Its own text stays while it means the same: ``1.0`` is not turned into ``1`` under somebody's fingers. */
function AnyLiteral({ names, value, onChange }: { names: object; value: unknown; onChange: (value: unknown) => void }) {
  const { readOnly } = useAround();
  const [text, setText] = useState(shownScalar(value));
  const shown = same(typed(text), value) ? text : shownScalar(value);
  return (
    <TextInput
      {...names}
      size="xs"
      readOnly={readOnly}
      value={shown}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(typed(event.currentTarget.value));
      }}
    />
  );
}
