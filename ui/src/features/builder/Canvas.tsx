import { Background, Controls, Handle, MiniMap, Position, ReactFlow, ReactFlowProvider, useReactFlow, type Edge, type Node, type NodeProps } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { Text, useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { DRAGGED, draggedIn, type Dragged } from "./Catalogue";
import { layout, type Box } from "./layout";
import { keyOf, kindOf, type Where } from "./tree";
import type { FlowDefinition } from "./types";
import { lines, type Names } from "./words";
import { useWork } from "./work";
import { Wrong } from "./StepList";

type PartData = { box: Box & { type: "part" }; kind: string; title: string; more: string; wrong: number };
type SlotData = { where: Where; after: string; onAdd: (where: Where) => void };

const KINDS = { part: Part, slot: Slot, frame: Frame };

/** The flow as a picture. It is laid out by itself; only what is in sight is drawn. */
export default function Canvas(props: { definition: FlowDefinition; names: Names; wrong: Map<string, number>; onKeyDown: (event: KeyboardEvent) => void; onAdd: (where: Where) => void }) {
  return (
    <ReactFlowProvider>
      <Drawn {...props} />
    </ReactFlowProvider>
  );
}

function Drawn({ definition, names, wrong, onKeyDown, onAdd }: Parameters<typeof Canvas>[0]) {
  const work = useWork();
  const scheme = useComputedColorScheme("light");
  const drawing = useMemo(() => layout(definition), [definition]);
  const nodes = useMemo(() => drawing.boxes.map((box) => nodeOf(box, definition, names, wrong, onAdd)), [drawing, definition, names, wrong, onAdd]);
  const edges = useMemo<Edge[]>(
    () => drawing.lines.map(({ from, to }) => ({ id: `${from}>${to}`, source: from, target: to, type: "smoothstep", focusable: false, selectable: false })),
    [drawing],
  );
  const { setCenter, getZoom, getViewport } = useReactFlow();
  const wrapper = useRef<HTMLDivElement>(null);
  const here = keyOf(work.selected);
  useEffect(() => {
    const box = drawing.boxes.find((one) => one.key === here);
    const size = wrapper.current?.getBoundingClientRect();
    if (!box || !size) return;
    const view = getViewport();
    const [x, y] = [box.x * view.zoom + view.x, box.y * view.zoom + view.y];
    const inSight = x > 0 && y > 0 && x + box.width * view.zoom < size.width && y + box.height * view.zoom < size.height;
    if (!inSight) void setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: Math.max(getZoom(), 0.6) });
  }, [here, drawing, setCenter, getZoom, getViewport]);
  return (
    <div
      ref={wrapper}
      id="builder-view"
      className="builder-canvas"
      role="group"
      tabIndex={0}
      aria-label="The flow as a picture; the arrow keys go through its parts"
      onKeyDown={(event) => {
        // A + and the buttons of the corner are pressed like any button.
        const button = (event.target as Element).closest("button");
        if (button && !button.classList.contains("builder-part") && (event.key === "Enter" || event.key === " ")) return;
        onKeyDown(event);
      }}
      onPaste={(event) => {
        if (!work.readOnly) work.paste(event.clipboardData.getData("text"));
      }}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={KINDS}
        colorMode={scheme}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        minZoom={0.05}
        fitView
        fitViewOptions={{ maxZoom: 1, minZoom: 0.5 }}
      >
        <Background />
        <Controls showInteractive={false} fitViewOptions={{ maxZoom: 1 }} aria-label="Zoom" />
        <MiniMap pannable zoomable ariaLabel="The whole flow, small" nodeColor={scheme === "dark" ? "#868e96" : "#adb5bd"} />
      </ReactFlow>
    </div>
  );
}

function nodeOf(box: Box, definition: FlowDefinition, names: Names, wrong: Map<string, number>, onAdd: (where: Where) => void): Node {
  const { key, x, y, width, height, type } = box;
  const size = { width, height, measured: { width, height }, style: { width, height } };
  const fixed = { id: key, type, position: { x, y }, ...size, draggable: false, selectable: false };
  if (box.type === "frame") return { ...fixed, data: { of: box.of }, zIndex: -1 };
  if (box.type === "slot") return { ...fixed, data: { where: box.where, after: box.after, onAdd } satisfies SlotData };
  return { ...fixed, data: { box, ...lines(definition, box.place, box.step, names), wrong: wrong.get(key) ?? 0 } satisfies PartData };
}

const Ends = () => (
  <>
    <Handle type="target" position={Position.Top} isConnectable={false} />
    <Handle type="source" position={Position.Bottom} isConnectable={false} />
  </>
);

function Part({ data }: NodeProps<Node<PartData>>) {
  const work = useWork();
  const { box, kind, title, more, wrong } = data;
  const selected = keyOf(work.selected) === box.key;
  const movable = box.place.kind === "step" && !work.readOnly;
  return (
    <>
      <button
        type="button"
        className={`builder-part nodrag nopan builder-${box.place.kind === "step" && box.step ? kindOf(box.step) : box.place.kind}`}
        aria-pressed={selected}
        data-key={box.key}
        onClick={() => work.select(box.place)}
        draggable={movable}
        onDragStart={(event) => {
          if (box.place.kind === "step") event.dataTransfer.setData(DRAGGED, JSON.stringify({ move: box.place.id } satisfies Dragged));
        }}
      >
        <Text span size="xs" className="builder-kind">
          {kind} {wrong > 0 ? <Wrong count={wrong} /> : null}
        </Text>
        <Text span size="sm" fw={600} truncate display="block">
          {title}
        </Text>
        <Text span size="xs" c="dimmed" truncate display="block">
          {more}
        </Text>
      </button>
      <Ends />
    </>
  );
}

function Slot({ data: { where, after, onAdd } }: NodeProps<Node<SlotData>>) {
  const work = useWork();
  const [over, setOver] = useState(false);
  if (work.readOnly) return <Ends />;
  return (
    <>
      <button
        type="button"
        className="builder-slot nodrag nopan"
        data-over={over || undefined}
        aria-label={`Add a step after ${after}`}
        onClick={() => onAdd(where)}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes(DRAGGED)) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const dragged = draggedIn(event);
          if (!dragged) return;
          if ("add" in dragged) work.add(dragged.add, where);
          else work.moveTo(dragged.move, where);
        }}
      >
        +
      </button>
      <Ends />
    </>
  );
}

function Frame() {
  return <div className="builder-frame" />;
}
