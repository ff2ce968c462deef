import { Autocomplete, Group, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useAround } from "./context";
import type { Source } from "./logic/tree";
import { shownSample } from "./logic/values";

export { Choose } from "./SourceTree";

const MOST = 60;

function fitting(sources: Source[], words: string): Source[] {
  const wanted = words.trim().toLowerCase();
  const found: Source[] = [];
  for (const source of sources) {
    if (found.length === MOST) break;
    if (source.path.toLowerCase().includes(wanted)) found.push(source);
  }
  return found;
}

/** A path that is typed, with what there is; what is picked from the sources goes to where somebody types. */
export function Autocompleted({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const { readOnly, every, setTaker } = useAround();
  const [asked, setAsked] = useState(false);
  // There are thousands: those that fit what is typed are enough, and only while somebody types.
  const samples = useMemo(() => new Map(asked ? fitting(every(), value).map((source) => [source.path, shownSample(source.sample, 40)]) : []), [asked, every, value]);
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
      onBlur={() => setAsked(false)}
      onFocus={() => {
        setAsked(true);
        setTaker({ label: label.replace(/^Field for /, ""), take: onChange });
      }}
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
