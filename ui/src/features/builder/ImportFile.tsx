import { Button, Checkbox, FileInput, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import { Problem } from "../../api/client";
import { useChange, useHome } from "../../api/queries";
import { Failed } from "../../components/states";
import { Problems } from "./Problems";
import { importFile } from "./queries";

const LARGEST = 1_000_000;

/** Take a flow's file as a draft: chosen, or pasted. */
export function ImportFile() {
  const [, go] = useLocation();
  const home = useHome();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [source, setSource] = useState<string | null>(null);
  const [target, setTarget] = useState<string | null>(null);
  const [replace, setReplace] = useState(false);
  const take = useChange(async () => {
    const done = await importFile(text, { source: source ?? undefined, target: target ?? undefined, replace });
    go(`/flows/${encodeURIComponent(done.draft.flow_id)}`);
  });
  const read = async (file: File | null) => {
    setWrong(null);
    if (!file) return;
    const found = file.size > LARGEST ? null : await file.text();
    // What stands in the field below is not lost to a file that is none.
    if (found === null || found.includes("\0")) setWrong(`‘${file.name}’ is ${found === null ? "too large for" : "not a text, as is"} the file of a flow. Choose another one.`);
    else setText(found);
  };
  const names = home.data?.connections.map((one) => one.name) ?? [];
  const problems = take.error instanceof Problem ? take.error.problems : [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        take.mutate(undefined);
      }}
    >
      <Stack>
        <FileInput label="File" placeholder="A .yaml file" accept=".yaml,.yml,.json,text/*" error={wrong} onChange={(file) => void read(file)} />
        <Textarea label="Or its text" autosize minRows={6} maxRows={16} value={text} onChange={(event) => setText(event.currentTarget.value)} styles={{ input: { fontFamily: "monospace" } }} />
        <Group grow align="flex-start">
          <Select label="From" description="Where the file does not say." data={names} value={source} onChange={setSource} clearable />
          <Select label="To" description="Where the file does not say." data={names} value={target} onChange={setTarget} clearable />
        </Group>
        <Checkbox label="Also where the flow has a draft; that one is lost" checked={replace} onChange={(event) => setReplace(event.currentTarget.checked)} />
        {take.error ? <Failed error={take.error} /> : null}
        {problems.length > 0 ? <Problems problems={problems.map((one) => ({ ...one, place: one.line ? `line ${one.line}, ${one.place}` : one.place }))} /> : null}
        <Text size="xs" c="dimmed">
          It becomes a draft: nothing runs until it is published.
        </Text>
        <Group justify="flex-end">
          <Button type="submit" loading={take.isPending} disabled={!text.trim()}>
            Import it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
