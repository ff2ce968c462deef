import { Alert, Anchor, Box, Button, Group, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { useHome } from "../../api/queries";
import type { Home } from "../../api/types";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Back } from "../../components/Back";
import { Asked, Failed } from "../../components/states";
import { useOperations } from "../catalogue/queries";
import { Lacking } from "./Lacking";
import { OnOff } from "./OnOff";
import { Outcome } from "./Outcome";
import { useEnable, useTemplate } from "./queries";
import { changed, initial, lacking, settingsBetween, type Values } from "./settings";
import { SettingsForm } from "./SettingsForm";
import type { WholeTemplate } from "./types";
import { direction, tell, titlesOf, type Told } from "./words";

export default function TemplatePage({ name }: { name: string }) {
  const template = useTemplate(name);
  const home = useHome();
  const owner = useOwner();
  return (
    <Stack>
      <Back to="/templates">All templates</Back>
      <Asked query={template} title="Template">
        {(data) => (
          <>
            <Title order={1} size="h3">
              {data.title}
            </Title>
            <Text><Advice>{data.description}</Advice></Text>
            <Text size="sm" c="dimmed">
              {direction(data.flows)}
            </Text>
            <OnOff between={data.between} />
            <Flows template={data} />
            {owner ? <Asked query={home}>{(found) => <Enable key={data.name} template={data} home={found} />}</Asked> : null}
          </>
        )}
      </Asked>
    </Stack>
  );
}

function Flows({ template }: { template: WholeTemplate }) {
  const titles = titlesOf(useOperations().data);
  return (
    <Stack component="section" aria-label="What it does" gap="sm">
      <Title order={2} size="h4">
        What it does
      </Title>
      {template.definitions.map((flow, at) => (
        <Paper withBorder p="md" key={flow.flow}>
          <Title order={3} size="h5">
            {flow.title}
          </Title>
          <Text size="sm" mt={4}>
            Starts with: {template.flows[at]?.starts ?? flow.trigger}
            {flow.when && flow.when.length > 0 ? ", unless " : ""}
            {(flow.when ?? []).map((item) => item.reason).filter(Boolean).join("; or ")}
          </Text>
          <Steps steps={tell(flow.steps, titles)} />
        </Paper>
      ))}
    </Stack>
  );
}

function Steps({ steps }: { steps: Told[] }) {
  return (
    <Box component="ol" m={0} mt={4} pl="lg">
      {steps.map((step) => (
        <li key={step.key}>
          <Text size="sm"><Advice>{step.says}</Advice></Text>
          {step.steps.length > 0 ? <Steps steps={step.steps} /> : null}
        </li>
      ))}
    </Box>
  );
}

function Enable({ template, home }: { template: WholeTemplate; home: Home }) {
  // A paused account cannot be asked what it lacks.
  const usable = home.connections.filter((item) => item.state !== "paused");
  const ghl = usable.filter((item) => item.system === "ghl");
  const act = usable.filter((item) => item.system === "act");
  const [chosen, setChosen] = useState<{ highlevel: string | null; act: string | null }>({ highlevel: null, act: null });
  const [typed, setTyped] = useState<Record<string, Values>>({});
  const [create, setCreate] = useState<boolean | null>(null);
  const enable = useEnable();
  const highlevel = ghl.find((item) => item.name === chosen.highlevel) ?? ghl[0];
  const fitting = act.filter((item) => item.mode === highlevel?.mode);
  const other = fitting.find((item) => item.name === chosen.act) ?? fitting[0];
  const accounts = { ...(highlevel ? { highlevel: highlevel.name } : {}), ...(other ? { act: other.name } : {}) };
  // Each pair of accounts has settings of its own.
  const pair = JSON.stringify(accounts);
  const values = typed[pair] ?? initial(template.settings, settingsBetween(template, accounts));
  const needed = lacking(template.settings, values);
  if (!highlevel || act.length === 0) {
    return (
      <Alert color="blue" title="Connect both accounts first">
        <Anchor component={Link} href="/setup" size="sm">
          Go on with the set-up
        </Anchor>
      </Alert>
    );
  }
  const createFields = create ?? highlevel.mode === "sandbox";
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="enable">
      <Stack>
        <Title order={2} size="h4" id="enable">
          Enable it
        </Title>
        <Group align="flex-end">
          <NativeSelect
            label="HighLevel account"
            data={ghl.map((item) => ({ value: item.name, label: `${item.name} (${item.mode})` }))}
            value={highlevel.name}
            onChange={(event) => setChosen({ ...chosen, highlevel: event.currentTarget.value })}
          />
          <NativeSelect
            label="Act! account"
            data={fitting.map((item) => ({ value: item.name, label: `${item.name} (${item.mode})` }))}
            value={other?.name ?? ""}
            onChange={(event) => setChosen({ ...chosen, act: event.currentTarget.value })}
          />
        </Group>
        {other === undefined ? (
          <Text size="sm">
            There is no {highlevel.mode} account of Act!, and live and test accounts are never joined.
          </Text>
        ) : null}
        {template.between.some((one) => one.highlevel === highlevel.name && one.act === other?.name) ? (
          <Text size="sm" c="dimmed">
            The settings below are those that it is enabled with; enabling it again replaces them by what stands here.
          </Text>
        ) : null}
        <SettingsForm settings={template.settings} values={values} change={(next) => setTyped({ ...typed, [pair]: next })} accounts={accounts} />
        {other ? (
          <Lacking
            template={template.name}
            accounts={{ highlevel: highlevel.name, act: other.name }}
            create={createFields}
            setCreate={setCreate}
          />
        ) : null}
        {highlevel.mode === "live" ? (
          <Text size="sm">
            Between live accounts its flows are published, and stay off until they go live on the{" "}
            <Anchor component={Link} href="/setup" size="sm">
              set-up page
            </Anchor>
            .
          </Text>
        ) : null}
        {enable.error ? <Failed error={enable.error} /> : null}
        {needed.length > 0 ? <Text size="sm">Still to be given: {needed.map((item) => item.title).join(", ")}.</Text> : null}
        <Group>
          <Button
            loading={enable.isPending}
            disabled={other === undefined || needed.length > 0}
            onClick={() =>
              other &&
              enable.mutate({
                template: template.name,
                accounts: { highlevel: highlevel.name, act: other.name },
                settings: changed(template.settings, values),
                createFields,
              })
            }
          >
            {highlevel.mode === "live" ? "Publish it, off until it goes live" : "Switch it on"}
          </Button>
        </Group>
        {enable.data ? <Outcome title={template.title} done={enable.data} /> : null}
      </Stack>
    </Paper>
  );
}
