import { Group, Paper, Stack, Text, TextInput } from "@mantine/core";
import { memo, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type Ref } from "react";
import { useAround } from "./context";
import classes from "./inspector.module.css";
import { EARLIER, folded, linesOf, searched, type Line, type Source } from "./logic/tree";
import { shownSample } from "./logic/values";

const NEAR_STEPS = 20;
const MOST_LINES = 400;
const FIRST_OPEN: ReadonlySet<string> = new Set(["event"]);

function parents(sources: Source[]): string[] {
  return sources.flatMap((source) => (source.children.length > 0 ? [source.path, ...parents(source.children)] : []));
}

/** What can be taken here: searched, walked through with the arrow keys, taken with a click, Enter, or by dragging. */
export function SourceTree({ search }: { search: Ref<HTMLInputElement> }) {
  const { sources, taker, readOnly } = useAround();
  const [words, setWords] = useState("");
  const [open, setOpen] = useState(FIRST_OPEN);
  const found = useMemo(() => (words.trim() ? searched(sources, words) : folded(sources, NEAR_STEPS)), [sources, words]);
  const lines = useMemo(() => linesOf(found, open), [found, open]);
  // Not in an effect: what somebody has opened stays open when a new sample comes.
  const look = (asked: string) => {
    setWords(asked);
    setOpen(asked.trim() ? new Set(parents(searched(sources, asked))) : FIRST_OPEN);
  };
  return (
    <Paper component="section" aria-label="Fields that can be taken">
      <Stack gap={6}>
        <Group justify="space-between" gap="xs">
          <Text size="sm" fw={600}>
            Fields that can be taken
          </Text>
          {readOnly ? null : (
            <Text size="xs" c="dimmed" role="status" data-testid="taker">
              {taker ? `A click or Enter takes one into ‘${taker.label}’` : "Choose first where it shall go: ‘Choose …’ at a field"}
            </Text>
          )}
        </Group>
        <TextInput
          ref={search}
          size="xs"
          aria-label="Search the fields"
          placeholder="Search by name or value"
          value={words}
          onChange={(event) => look(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") {
              event.preventDefault();
              event.currentTarget.closest("section")?.querySelector<HTMLElement>("[role=treeitem]")?.focus();
            }
          }}
        />
        {found.length === 0 ? (
          <Text size="sm" c="dimmed">
            {words ? "No field has these words." : "Nothing can be taken here."}
          </Text>
        ) : (
          <Lines lines={lines.slice(0, MOST_LINES)} open={open} setOpen={setOpen} />
        )}
        {lines.length > MOST_LINES ? (
          <Text size="xs" c="dimmed">
            More fields than these fit; more words find the one that you mean.
          </Text>
        ) : null}
      </Stack>
    </Paper>
  );
}

/** The lines of the tree with the keys of a tree: up and down, right to open, left to close. */
function Lines({ lines, open, setOpen }: { lines: Line[]; open: ReadonlySet<string>; setOpen: (open: ReadonlySet<string>) => void }) {
  const { taker, readOnly } = useAround();
  const box = useRef<HTMLDivElement>(null);
  const [here, setHere] = useState<string | null>(null);
  // Tab leads to one line; the arrow keys lead on.
  const stop = lines.some((line) => line.source.path === here) ? here : lines[0]?.source.path;
  const lineAt = (event: { target: EventTarget }) => {
    const item = (event.target as Element).closest<HTMLElement>("[role=treeitem]");
    return item ? lines.findIndex((line) => line.source.path === item.dataset["value"]) : -1;
  };
  const turn = (path: string, opens: boolean) => {
    const next = new Set(open);
    if (opens) next.add(path);
    else next.delete(path);
    setOpen(next);
  };
  const goTo = (number: number) => box.current?.querySelectorAll<HTMLElement>("[role=treeitem]")[number]?.focus();
  const take = (source: Source) => {
    if (source.path !== EARLIER && taker && !readOnly) taker.take(source.path);
    else if (source.children.length > 0) turn(source.path, !open.has(source.path));
  };
  const onKey = (event: KeyboardEvent) => {
    const at = lineAt(event);
    const line = lines[at];
    if (!line) return;
    const { path, children } = line.source;
    switch (event.key) {
      case "ArrowDown":
        goTo(at + 1);
        break;
      case "ArrowUp":
        if (at > 0) goTo(at - 1);
        break;
      case "Home":
        goTo(0);
        break;
      case "End":
        goTo(lines.length - 1);
        break;
      case "ArrowRight":
        if (children.length > 0 && !open.has(path)) turn(path, true);
        else if (open.has(path)) goTo(at + 1);
        break;
      case "ArrowLeft":
        if (open.has(path)) turn(path, false);
        else goTo(lines.slice(0, at).findLastIndex((one) => one.level < line.level));
        break;
      case "Enter":
        take(line.source);
        break;
      case " ":
        if (children.length > 0) turn(path, !open.has(path));
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    const source = lines[lineAt(event)]?.source;
    if (!source) return;
    if ((event.target as HTMLElement).dataset["opener"]) turn(source.path, !open.has(source.path));
    else take(source);
  };
  return (
    <div
      ref={box}
      role="tree"
      aria-label="Fields"
      className={classes.tree}
      onKeyDown={onKey}
      onClick={onClick}
      onFocus={(event) => setHere((event.target as HTMLElement).dataset["value"] ?? null)}
      onDragStart={(event) => {
        const source = lines[lineAt(event)]?.source;
        if (source && source.path !== EARLIER) event.dataTransfer.setData("text/plain", source.path);
        else event.preventDefault();
      }}
    >
      {lines.map((line) => (
        <Shown
          key={line.source.path}
          source={line.source}
          level={line.level}
          position={line.position}
          siblings={line.siblings}
          open={open.has(line.source.path)}
          stop={line.source.path === stop}
          draggable={!readOnly}
        />
      ))}
    </div>
  );
}

/** Plain elements: there are many of them, and they come and go with every step that is looked at. */
const Shown = memo(function Shown({ source, level, position, siblings, open, stop, draggable }: Line & { open: boolean; stop: boolean; draggable: boolean }) {
  const opens = source.children.length > 0;
  return (
    <div
      role="treeitem"
      data-value={source.path}
      className={classes.node}
      tabIndex={stop ? 0 : -1}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={false}
      aria-expanded={opens ? open : undefined}
      title={[source.path, source.description].filter(Boolean).join(": ")}
      draggable={draggable}
      style={{ paddingInlineStart: 4 + (level - 1) * 16 }}
    >
      <span className={classes.opener} data-opener={opens || undefined} aria-hidden>
        {opens ? (open ? "▾" : "▸") : ""}
      </span>
      <span className={classes.name}>{source.label}</span>
      <span className={classes.sample}>{source.path === EARLIER ? "" : shownSample(source.sample)}</span>
      {source.type ? <span className={classes.tag}>{source.type}</span> : null}
    </div>
  );
});

/** Leads from a field to the sources. */
export function Choose({ label, take }: { label: string; take: (path: string) => void }) {
  const { pick, readOnly } = useAround();
  if (readOnly) return null;
  return (
    <button type="button" className={classes.small} aria-label={`Choose a field for ${label}`} onClick={(event) => pick({ label, take }, event.currentTarget)}>
      Choose …
    </button>
  );
}
