import { Box, Button, Group, Stack, Stepper, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { useHome } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Asked, Nothing } from "../../components/states";
import { useTemplates } from "../templates/queries";
import { Choose } from "./Choose";
import { Connect } from "./Connect";
import { Live } from "./Live";
import { Permissions } from "./Permissions";
import { ACT, CHECKS, CHOOSE, HIGHLEVEL, LIVE, pairOf, remember, remembered, standing, TEMPLATES, TRY, type Choices, type Standing } from "./progress";
import { useSandbox } from "./queries";
import { Pick } from "./Pick";
import { TryOut } from "./TryOut";

const TITLES = ["Sandbox or accounts", "HighLevel", "Act!", "Permissions", "Templates", "Try it", "Go live"];

export default function Setup() {
  const owner = useOwner();
  const home = useHome();
  const sandbox = useSandbox();
  const templates = useTemplates();
  const [choices, setChoices] = useState<Choices>(remembered);
  const choose = (more: Choices) => {
    const next = { ...choices, ...more };
    setChoices(next);
    remember(next);
  };
  return (
    <Stack>
      <Title order={1} size="h3">
        Set-up
      </Title>
      {owner ? (
        <Asked query={home}>
          {(found) => (
            <Asked query={sandbox}>
              {(box) => (
                <Asked query={templates}>
                  {(every) => <Steps at={standing(choices, found.connections, box, every)} choose={choose} />}
                </Asked>
              )}
            </Asked>
          )}
        </Asked>
      ) : (
        <Nothing title="Setting up is for owners">A bookkeeper reads, and changes nothing.</Nothing>
      )}
    </Stack>
  );
}

function Steps({ at, choose }: { at: Standing; choose: (more: Choices) => void }) {
  // Looking back at an earlier step is possible at any time; what is done moves the wizard on by itself.
  const [looking, setLooking] = useState<number | null>(null);
  const narrow = useMediaQuery("(max-width: 62em)");
  useEffect(() => setLooking(null), [at.step]);
  const shown = looking ?? at.step;
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // Whoever works with a keyboard or a screen reader is taken along to the next step.
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [shown]);
  const pair = pairOf(at);
  const next = (more: Choices) => {
    choose(more);
    setLooking(null);
  };
  return (
    <Stack gap="lg">
      {narrow ? (
        <Group justify="space-between">
          <Text size="sm" fw={600}>
            Step {shown + 1} of {TITLES.length}: {TITLES[shown]}
          </Text>
          {shown > 0 ? (
            <Button size="xs" variant="default" onClick={() => setLooking(shown - 1)}>
              Back
            </Button>
          ) : null}
        </Group>
      ) : (
        <Stepper active={shown} onStepClick={setLooking} size="xs" iconSize={30} allowNextStepsSelect={false} aria-label="Steps of the set-up">
          {TITLES.map((title, number) => (
            <Stepper.Step key={title} label={title} allowStepSelect={number <= at.step} aria-current={number === shown ? "step" : undefined} />
          ))}
        </Stepper>
      )}
      {looking !== null && looking < at.step ? (
        <Group gap="xs">
          <Text size="sm">You look back at an earlier step; it is done already.</Text>
          <Button size="xs" variant="default" onClick={() => setLooking(null)}>
            Back to where I was
          </Button>
        </Group>
      ) : null}
      <Box>
        <Title order={2} size="h4" ref={heading} tabIndex={-1} mb="sm" style={{ outline: "none" }}>
          {HEADINGS[shown]}
        </Title>
        {shown === CHOOSE ? <Choose at={at} choose={next} /> : null}
        {shown === HIGHLEVEL ? <Connect system="ghl" at={at} choose={next} goOn={() => setLooking(null)} /> : null}
        {shown === ACT ? <Connect system="act" at={at} choose={next} goOn={() => setLooking(null)} /> : null}
        {pair && shown === CHECKS ? <Permissions accounts={pair} madeUp={at.way === "sandbox"} goOn={() => next({ checked: true })} /> : null}
        {pair && shown === TEMPLATES ? <Pick key={pair.highlevel + pair.act} at={at} accounts={pair} goOn={() => setLooking(null)} /> : null}
        {pair && shown === TRY ? <TryOut at={at} accounts={pair} goOn={() => next({ tried: true })} /> : null}
        {pair && shown === LIVE ? <Live at={at} accounts={pair} again={() => setLooking(TRY)} more={() => setLooking(TEMPLATES)} /> : null}
      </Box>
    </Stack>
  );
}

const HEADINGS = [
  "How do you want to begin?",
  "Connect HighLevel",
  "Connect Act!",
  "What both accounts let us do",
  "What shall be carried over?",
  "Try it, without writing anything",
  "Let it work",
];
