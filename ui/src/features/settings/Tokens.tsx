import { Anchor, Button, Group, Stack, Table, TextInput } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed, Nothing } from "../../components/states";
import { Term } from "../../components/Term";
import { useUnsaved } from "../../components/unsaved";
import { Wide } from "../../components/Wide";
import { Once } from "./Once";
import { useTokens } from "./queries";
import { Part, Section } from "./Section";
import type { TokenRow } from "./types";

interface Made {
  name: string;
  token: string;
}

export function Tokens() {
  const tokens = useTokens();
  const owner = useOwner();
  const [made, setMade] = useState<Made | null>(null);
  return (
    <Section
      title="API tokens"
      note={
        <>
          A program that uses the <Anchor href="/docs" size="sm">HTTP API</Anchor> shows a <Term word="token">token</Term> instead of signing in. Whoever
          has one may do what an owner may, except for what concerns only a person, such as a password.
        </>
      }
    >
      {made ? (
        <Once
          title={`The token ‘${made.name}’`}
          label="Token"
          value={made.token}
          note="Keep it now: it cannot be shown again. The program sends it as ‘Authorization: Bearer …’."
          done={() => setMade(null)}
        />
      ) : null}
      {owner ? <Make made={setMade} /> : null}
      <Asked query={tokens}>
        {(rows) =>
          rows.length === 0 ? (
            <Nothing title="There is no token">No program uses the HTTP API of this server.</Nothing>
          ) : (
            <List rows={rows} />
          )
        }
      </Asked>
    </Section>
  );
}

function Make({ made }: { made: (made: Made) => void }) {
  const [name, setName] = useState("");
  const make = useChange(async (wanted: string) => {
    made(await call<Made>("POST", "/api/tokens", { name: wanted }));
    setName("");
  });
  useUnsaved(name !== "" && !make.isPending);
  return (
    <Part title="Make a token">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate(name.trim());
        }}
      >
        <Stack gap="sm">
          <Group align="flex-end">
            <TextInput
              label="What it is for"
              description="Such as the program that uses it; one token for each"
              autoComplete="off"
              required
              maxLength={100}
              miw={260}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" loading={make.isPending} disabled={!name.trim()}>
              Make the token
            </Button>
          </Group>
          {make.error ? <Failed error={make.error} /> : null}
        </Stack>
      </form>
    </Part>
  );
}

function List({ rows }: { rows: TokenRow[] }) {
  const owner = useOwner();
  const revoke = useChange((name: string) => call("DELETE", `/api/tokens/${encodeURIComponent(name)}`));
  return (
    <>
      {revoke.error ? <Failed error={revoke.error} /> : null}
      <Wide stacked label="API tokens">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">For</Table.Th>
              <Table.Th scope="col">Made</Table.Th>
              <Table.Th scope="col">Used last</Table.Th>
              {owner ? <Table.Th scope="col">Take back</Table.Th> : null}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((token) => (
              <Table.Tr key={token.name}>
                <Table.Td>{token.name}</Table.Td>
                <Table.Td>
                  <Moment at={token.created_at} />
                </Table.Td>
                <Table.Td>{token.last_used_at ? <Moment at={token.last_used_at} /> : "Never"}</Table.Td>
                {owner ? (
                  <Table.Td>
                    <Confirm
                      label="Revoke"
                      title={`Revoke the token ‘${token.name}’?`}
                      text="The program that uses it is refused from its next call on. This cannot be undone; a new token can be made."
                      action="Revoke it"
                      onYes={() => revoke.mutate(token.name)}
                    />
                  </Table.Td>
                ) : null}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </>
  );
}
