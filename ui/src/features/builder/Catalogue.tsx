import { Badge, Group, SegmentedControl, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useRef, useState, type DragEvent, type KeyboardEvent } from "react";
import { useOperations } from "../catalogue/queries";
import { Asked } from "../../components/states";
import { choiceOf, found, PARTS, type Choice } from "./choices";
import { SYSTEMS } from "./words";

const MOST = 40;
/** What a dragged step is known by. */
export const DRAGGED = "application/x-orderbridge";
export type Dragged = { add: Pick<Choice, "id" | "step" | "title"> } | { move: string };

/** The catalogue, searched by words; what is chosen is clicked, taken with Enter, or dragged. */
export function Catalogue({ kind, onPick, draggable = false, focus = false }: { kind: "action" | "trigger"; onPick: (choice: Choice) => void; draggable?: boolean; focus?: boolean }) {
  const operations = useOperations();
  const [words, setWords] = useState("");
  const [system, setSystem] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const move = (event: KeyboardEvent, by: number) => {
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = buttons[now + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") move(event, 1);
    else if (event.key === "ArrowUp") move(event, -1);
    else if (event.key === "Enter" && event.target instanceof HTMLInputElement && event.target.type !== "radio") {
      event.preventDefault();
      list.current?.querySelector("button")?.click();
    }
  };
  return (
    <Stack gap="xs" onKeyDown={keys}>
      <TextInput
        label={kind === "trigger" ? "What starts it" : "Find a step"}
        placeholder="Words, such as ‘opportunity’ or ‘paid’"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        data-autofocus={focus || undefined}
      />
      <SegmentedControl
        size="xs"
        aria-label="System"
        value={system}
        onChange={setSystem}
        data={[{ value: "", label: "All" }, ...Object.entries(SYSTEMS).map(([value, label]) => ({ value, label }))]}
      />
      <Asked query={operations}>
        {(rows) => {
          const parts = kind === "action" && !system ? PARTS.filter((one) => `${one.title} ${one.note}`.toLowerCase().includes(words.toLowerCase())) : [];
          const { rows: fits, more } = found(rows, kind, words, system, MOST);
          const choices = [...parts, ...fits.map(choiceOf)];
          return (
            <>
              <Text size="xs" c="dimmed" role="status">
                {choices.length === 0 ? "Nothing fits these words." : more > 0 ? `The first ${choices.length}; ${more} more fit. Further words narrow it.` : `${choices.length} fit`}
              </Text>
              <ul className="builder-choices" ref={list} aria-label={kind === "trigger" ? "Triggers" : "Steps to add"}>
                {choices.map((choice) => (
                  <li key={choice.key}>
                    <Item choice={choice} draggable={draggable} onPick={() => onPick(choice)} />
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Asked>
    </Stack>
  );
}

function Item({ choice, draggable, onPick }: { choice: Choice; draggable: boolean; onPick: () => void }) {
  const drag = (event: DragEvent) => {
    const { id, step, title } = choice;
    event.dataTransfer.setData(DRAGGED, JSON.stringify({ add: { id, step, title } } satisfies Dragged));
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <UnstyledButton className="builder-choice" onClick={onPick} draggable={draggable} onDragStart={drag}>
      <Group gap={6} wrap="nowrap" justify="space-between">
        <Text size="sm" fw={600}>
          {choice.title}
        </Text>
        {choice.system ? (
          <Badge size="xs" variant="light" color="gray" className="tone-gray" tt="none">
            {SYSTEMS[choice.system]}
            {choice.curated ? "" : " API"}
          </Badge>
        ) : null}
      </Group>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {choice.note}
      </Text>
    </UnstyledButton>
  );
}

/** What was dragged here; null where it is nothing of ours. */
export function draggedIn(event: DragEvent): Dragged | null {
  try {
    return JSON.parse(event.dataTransfer.getData(DRAGGED)) as Dragged;
  } catch {
    return null;
  }
}
