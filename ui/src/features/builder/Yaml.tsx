import { yaml } from "@codemirror/lang-yaml";
import { EditorView } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Problem } from "../../api/client";
import { useChange } from "../../api/queries";
import { Asked, Failed } from "../../components/states";
import { Problems } from "./Problems";
import { importFile, readFlow, useFile, type Flow } from "./queries";

/** The flow as a file: read, taken along, and written by hand. */
export default function Yaml({ flow, revision, owner, begun }: { flow: Flow; revision: number | null; owner: boolean; begun: (fresh: Flow) => void }) {
  const file = useFile(flow.id, revision !== null);
  return <Asked query={file}>{(text) => <Editor key={text} flow={flow} text={text} owner={owner} begun={begun} />}</Asked>;
}

function Editor({ flow, text, owner, begun }: { flow: Flow; text: string; owner: boolean; begun: (fresh: Flow) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const [written, setWritten] = useState(text);
  const keep = useChange(async (given: string) => {
    await importFile(given, { source: flow.source, target: flow.target, replace: true });
    begun(await readFlow(flow.id));
  });
  useEffect(() => {
    const view = new EditorView({
      doc: text,
      parent: box.current!,
      extensions: [
        basicSetup,
        yaml(),
        EditorView.editable.of(owner),
        EditorView.contentAttributes.of({ "aria-label": "The flow’s file" }),
        EditorView.lineWrapping,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) setWritten(update.state.doc.toString());
        }),
      ],
    });
    view.scrollDOM.tabIndex = 0;
    editor.current = view;
    return () => view.destroy();
  }, [text, owner]);
  const changed = written !== text;
  const problems = keep.error instanceof Problem ? keep.error.problems : [];
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {owner ? "The same flow as a file. What you write becomes the draft when you keep it; nothing runs differently until it is published." : "The same flow as a file."}
      </Text>
      <div ref={box} className="builder-yaml" />
      {keep.error ? <Failed error={keep.error} /> : null}
      {problems.length > 1 ? <Problems problems={problems} /> : null}
      <Group>
        {owner ? (
          <Button size="xs" loading={keep.isPending} disabled={!changed} onClick={() => keep.mutate(written)}>
            Keep it as the draft
          </Button>
        ) : null}
        <Button size="xs" variant="default" onClick={() => download(`${flow.name}.yaml`, written)}>
          Download the file
        </Button>
        {changed ? (
          <Button
            size="xs"
            variant="default"
            onClick={() => editor.current?.dispatch({ changes: { from: 0, to: editor.current.state.doc.length, insert: text } })}
          >
            Back to what is saved
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}

function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
