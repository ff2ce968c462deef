import { Badge, Button, Group, Paper, Stack, Text, TextInput, Tree, useTree, type TreeNodeData } from "@mantine/core";
import { useMemo, useState, type KeyboardEvent, type Ref } from "react";
import { useAround } from "./context";
import classes from "./inspector.module.css";
import { searched, type Source } from "./logic/tree";
import { shownSample } from "./logic/values";

function nodeOf(source: Source): TreeNodeData {
  return {
    value: source.path,
    label: source.label,
    nodeProps: { source },
    ...(source.children.length > 0 ? { children: source.children.map(nodeOf) } : {}),
  };
}

function parents(sources: Source[]): Record<string, boolean> {
  return Object.fromEntries(
    sources.flatMap((source) => (source.children.length > 0 ? [[source.path, true] as const, ...Object.entries(parents(source.children))] : [])),
  );
}

/** What can be taken here: searched, walked through with the arrow keys, taken with a click, Enter, or by dragging. */
export function SourceTree({ search }: { search: Ref<HTMLInputElement> }) {
  const { sources, taker, readOnly } = useAround();
  const [words, setWords] = useState("");
  const found = useMemo(() => searched(sources, words), [sources, words]);
  const data = useMemo(() => found.map(nodeOf), [found]);
  const tree = useTree({ initialExpandedState: { event: true } });
  // Not in an effect: what somebody has opened stays open when a new sample comes.
  const look = (asked: string) => {
    setWords(asked);
    tree.setExpandedState(asked.trim() ? parents(searched(sources, asked)) : { event: true });
  };
  const first = found[0];
  const onKey = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== "Enter") return;
    const path = (event.target as HTMLElement).closest<HTMLElement>("[role=treeitem]")?.dataset.value;
    if (path && taker && !readOnly) {
      event.preventDefault();
      taker.take(path);
    }
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
        {first === undefined ? (
          <Text size="sm" c="dimmed">
            {words ? "No field has these words." : "Nothing can be taken here."}
          </Text>
        ) : (
          <div className={classes.tree} onKeyDown={onKey}>
            <Tree
              data={data}
              tree={tree}
              aria-label="Fields"
              expandOnClick={false}
              levelOffset={16}
              renderNode={({ node, expanded, hasChildren, elementProps }) => {
                const source = (node.nodeProps as { source: Source }).source;
                return (
                  <div
                    {...elementProps}
                    className={`${elementProps.className} ${classes.node}`}
                    title={[source.path, source.description].filter(Boolean).join(": ")}
                    draggable={!readOnly}
                    onDragStart={(event) => event.dataTransfer.setData("text/plain", source.path)}
                    onClick={(event) => {
                      elementProps.onClick(event);
                      if (hasChildren && (event.target as HTMLElement).dataset.opener) tree.toggleExpanded(node.value);
                      else if (taker && !readOnly) taker.take(source.path);
                      else if (hasChildren) tree.toggleExpanded(node.value);
                    }}
                  >
                    <Text span size="xs" w={12} data-opener={hasChildren || undefined} aria-hidden>
                      {hasChildren ? (expanded ? "▾" : "▸") : ""}
                    </Text>
                    <Text span size="sm" style={{ whiteSpace: "nowrap" }}>
                      {source.label}
                    </Text>
                    <Text span size="xs" c="dimmed" className={classes.sample}>
                      {shownSample(source.sample)}
                    </Text>
                    {source.type ? (
                      <Badge size="xs" variant="light" color="gray" tt="none" className="tone-gray">
                        {source.type}
                      </Badge>
                    ) : null}
                  </div>
                );
              }}
            />
          </div>
        )}
      </Stack>
    </Paper>
  );
}

/** Leads from a field to the sources. */
export function Choose({ label, take }: { label: string; take: (path: string) => void }) {
  const { pick, readOnly } = useAround();
  if (readOnly) return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      aria-label={`Choose a field for ${label}`}
      onClick={(event) => pick({ label, take }, event.currentTarget)}
    >
      Choose …
    </Button>
  );
}
