import { Text } from "@mantine/core";
import { memo, useEffect, useMemo, useRef, type DragEvent, type KeyboardEvent } from "react";
import { DRAGGED, draggedIn, type Dragged } from "./Catalogue";
import { keyOf, rowsOf, whereFrom, type Row } from "./tree";
import type { FlowDefinition } from "./types";
import { lines, type Names } from "./words";
import { useWork } from "./work";

const rowId = (key: string) => `part-${key.replace(/[^a-z0-9_]/gi, "-")}`;

/** The flow as a list: everything can be done here, with the mouse and with the keys. */
export function StepList({ definition, names, wrong, onKeyDown, onOpen }: { definition: FlowDefinition; names: Names; wrong: Map<string, number>; onKeyDown: (event: KeyboardEvent) => void; onOpen: () => void }) {
  const work = useWork();
  const rows = useMemo(() => rowsOf(definition).map((row) => ({ row, text: lines(definition, row.place, row.step, names) })), [definition, names]);
  const here = keyOf(work.selected);
  const tree = useRef<HTMLDivElement>(null);
  useEffect(() => {
    tree.current?.querySelector(`#${rowId(here)}`)?.scrollIntoView({ block: "nearest" });
  }, [here]);
  const keyAt = (event: { target: EventTarget }) => (event.target as Element).closest<HTMLElement>("[data-key]")?.dataset["key"];
  const rowAt = (event: { target: EventTarget }) => {
    const key = keyAt(event);
    return rows.find(({ row }) => row.key === key)?.row;
  };
  const drop = (event: DragEvent) => {
    const [row, dragged] = [rowAt(event), draggedIn(event)];
    if (!row || !dragged || work.readOnly) return;
    event.preventDefault();
    const to = whereFrom(definition, row.place, "after");
    if ("add" in dragged) work.add(dragged.add, to);
    else work.moveTo(dragged.move, to);
  };
  return (
    <div
      ref={tree}
      id="builder-view"
      className="builder-list"
      role="tree"
      tabIndex={0}
      aria-label="The flow’s parts"
      aria-activedescendant={rowId(here)}
      onKeyDown={onKeyDown}
      onPaste={(event) => {
        if (!work.readOnly) work.paste(event.clipboardData.getData("text"));
      }}
      onClick={(event) => {
        const row = rowAt(event);
        if (row) work.select(row.place);
      }}
      onDoubleClick={onOpen}
      onDragStart={(event) => {
        const row = rowAt(event);
        if (row?.place.kind !== "step" || work.readOnly) return event.preventDefault();
        event.dataTransfer.setData(DRAGGED, JSON.stringify({ move: row.place.id } satisfies Dragged));
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
      }}
      onDrop={drop}
    >
      {rows.map(({ row, text }) => (
        <Line key={row.key} row={row} text={text} selected={row.key === here} wrong={wrong.get(row.key) ?? 0} draggable={!work.readOnly && row.place.kind === "step"} />
      ))}
    </div>
  );
}

interface LineProps {
  row: Row;
  text: { kind: string; title: string; more: string };
  selected: boolean;
  wrong: number;
  draggable: boolean;
}

const Line = memo(
  function Line({ row, text, selected, wrong, draggable }: LineProps) {
    return (
      <div
        id={rowId(row.key)}
        data-key={row.key}
        className="builder-line"
        role="treeitem"
        aria-level={row.level}
        aria-posinset={row.position}
        aria-setsize={row.siblings}
        aria-selected={selected}
        draggable={draggable}
        style={{ paddingInlineStart: 10 + Math.min(row.level - 1, 8) * 18 }}
      >
        <span className="builder-kind">{text.kind}</span>
        <span className="builder-title">{text.title}</span>
        <span className="builder-more">{text.more}</span>
        {wrong > 0 ? <Wrong count={wrong} /> : null}
      </div>
    );
  },
  (before, after) =>
    before.row.key === after.row.key && before.row.level === after.row.level && before.row.position === after.row.position &&
    before.row.siblings === after.row.siblings && before.selected === after.selected && before.wrong === after.wrong &&
    before.draggable === after.draggable && before.text.kind === after.text.kind && before.text.title === after.text.title && before.text.more === after.text.more,
);

export function Wrong({ count }: { count: number }) {
  return (
    <Text span size="xs" fw={700} className="builder-wrong">
      {count} {count === 1 ? "problem" : "problems"}
    </Text>
  );
}
