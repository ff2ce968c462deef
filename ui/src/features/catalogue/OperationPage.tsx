import { Alert, Code, Group, Paper, Stack, Table, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Back } from "../../components/Back";
import { Json } from "../../components/Json";
import { Asked } from "../../components/states";
import { Wide } from "../../components/Wide";
import { TierBadge } from "./Catalogue";
import "./catalogue.css";
import { useOperation } from "./queries";
import { SchemaTree } from "./SchemaTree";
import { TryCall } from "./TryCall";
import type { Operation, Schema } from "./types";
import { EFFECTS, SYSTEMS } from "./words";

export default function OperationPage({ ref_ }: { ref_: string }) {
  const owner = useOwner();
  const operation = useOperation(ref_);
  return (
    <Stack>
      <Back to="/catalogue">Back to the catalogue</Back>
      <Asked query={operation} title="Operation">
        {(data) => (
          <>
            <Head operation={data} />
            <Facts operation={data} />
            <OneSchema id="input" title="What it takes" schema={data.input_schema} example={data.example} />
            <OneSchema id="output" title={data.kind === "trigger" ? "What a flow gets" : "What it gives"} schema={data.output_schema} example={data.example_output} />
            {data.kind === "action" && !data.denied && owner ? <TryCall key={data.id} operation={data} /> : null}
          </>
        )}
      </Asked>
    </Stack>
  );
}

function Head({ operation }: { operation: Operation }) {
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Title order={1} size="h3">
          {operation.title}
        </Title>
        <TierBadge tier={operation.tier} />
      </Group>
      <Text size="sm"><Advice>{operation.description}</Advice></Text>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        <Code>{operation.id}</Code> {operation.method ? <Code>{`${operation.method} ${operation.path ?? ""}`}</Code> : null}
      </Text>
      {operation.denied ? (
        <Alert color="orange" title="This is never called">
          <Text size="sm">{operation.denied}</Text>
        </Alert>
      ) : null}
    </Stack>
  );
}

function Facts({ operation }: { operation: Operation }) {
  const listens = operation.listens;
  const conditional = Object.entries(operation.effects_by_input);
  const facts: [string, ReactNode][] = [
    ["System", `${SYSTEMS[operation.system]}, ${operation.kind}`],
    ["Effects", operation.effects.map((effect) => EFFECTS[effect]).join(", ") || "none"],
    ["Calls that it costs", operation.calls],
    ["Proved by", operation.proof ?? (operation.kind === "trigger" ? "–" : "nothing beyond the answer")],
    ["Repeated", operation.repeatable ? "does nothing twice" : "a repeat does it once more"],
    ["Scopes", operation.scopes.length > 0 ? operation.scopes.join(", ") : "none"],
    ["Permissions", operation.permissions.length > 0 ? operation.permissions.join(", ") : "none"],
  ];
  if (conditional.length > 0) {
    facts.splice(2, 0, ["Effects of an input", conditional.map(([field, effect]) => `${field}: ${typeof effect === "string" ? effect : JSON.stringify(effect)}`).join("; ")]);
  }
  if (listens) {
    facts.push(["Listens to", `${listens.record}: ${listens.webhooks.length > 0 ? `webhooks ${listens.webhooks.join(", ")}` : "no webhook"}; ${listens.polled ? `polled: ${listens.polled}` : "not polled"}`]);
  }
  return (
    <Paper withBorder p="md" component="section" aria-label="Facts">
      <Wide label="Facts">
        <Table>
          <Table.Tbody>
            {facts.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" w={160}>{name}</Table.Th>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Paper>
  );
}

function OneSchema({ id, title, schema, example }: { id: string; title: string; schema: Schema; example: unknown }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Title order={2} size="h5" id={id} mb="xs">
        {title}
      </Title>
      <SchemaTree schema={schema} />
      <details>
        <summary>an example</summary>
        <Json value={example} label={`${title}: an example`} />
      </details>
      <details>
        <summary>the JSON Schema</summary>
        <Json value={schema} label={`${title}: the JSON Schema`} />
      </details>
    </Paper>
  );
}
