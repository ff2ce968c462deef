import { Autocomplete, Group, Text } from "@mantine/core";
import { useMemo } from "react";
import { useAround } from "./context";
import { shownSample } from "./logic/values";

export { Choose } from "./SourceTree";

const MOST = 60;

/** A path that is typed, with what there is; what is picked from the sources goes to where somebody types. */
export function Autocompleted({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const { readOnly, every, setTaker } = useAround();
  const samples = useMemo(() => new Map(every.map((source) => [source.path, shownSample(source.sample, 40)])), [every]);
  return (
    <Autocomplete
      size="xs"
      flex={1}
      aria-label={label}
      placeholder="event. …"
      readOnly={readOnly}
      data={[...samples.keys()]}
      limit={MOST}
      value={value}
      onChange={onChange}
      onFocus={() => setTaker({ label: label.replace(/^Field for /, ""), take: onChange })}
      renderOption={({ option }) => (
        <Group gap="xs" wrap="nowrap">
          <Text size="xs">{option.value}</Text>
          <Text size="xs" c="dimmed" truncate>
            {samples.get(option.value)}
          </Text>
        </Group>
      )}
    />
  );
}
