import { Anchor, Box, Paper, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { Nothing } from "../../components/states";
import { anchorOf, found } from "./glossary";
import { TOPICS } from "./topics";

export default function Help() {
  return (
    <Stack gap="xl">
      <Stack>
        <Title order={1} size="h3">
          Help
        </Title>
        <Text size="sm" c="dimmed">
          What to do when something happens, and what the words mean. The whole manual is in the folder ‘docs’ of this version; what programs can
          ask is told in the{" "}
          <Anchor href="/docs" size="sm">
            HTTP API
          </Anchor>
          .
        </Text>
      </Stack>
      <Topics />
      <Words />
    </Stack>
  );
}

function Topics() {
  return (
    <Stack component="section" aria-labelledby="what-to-do">
      <Title order={2} size="h4" id="what-to-do">
        What to do when …
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {TOPICS.map(({ when, then, to, label }) => (
          <Paper key={when} withBorder p="md">
            <Stack gap={6} align="flex-start" h="100%">
              <Title order={3} size="h6">
                {when}
              </Title>
              <Text size="sm" flex={1}>
                {then}
              </Text>
              <Anchor component={Link} href={to} size="sm">
                {label}
              </Anchor>
            </Stack>
          </Paper>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

/** What stands behind the ``#`` of the address. */
function useAnchor(): string {
  const [anchor, setAnchor] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    const look = () => setAnchor(window.location.hash.slice(1));
    window.addEventListener("hashchange", look);
    window.addEventListener("popstate", look);
    return () => {
      window.removeEventListener("hashchange", look);
      window.removeEventListener("popstate", look);
    };
  }, []);
  return anchor;
}

function Words() {
  const [typed, setTyped] = useState("");
  const anchor = useAnchor();
  const words = found(typed);
  useEffect(() => {
    // The page was not there yet when the browser looked for the place.
    const place = anchor ? document.getElementById(anchor) : null;
    place?.scrollIntoView({ block: "center" });
    place?.focus({ preventScroll: true });
  }, [anchor]);
  return (
    <Stack component="section" aria-labelledby="words">
      <Title order={2} size="h4" id="words">
        Words
      </Title>
      <TextInput
        type="search"
        label="Find a word"
        maw={360}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Text size="sm" c="dimmed" role="status">
        {words.length === 1 ? "1 word" : `${words.length} words`}
      </Text>
      {words.length === 0 ? (
        <Nothing title="No such word here">Try a shorter piece of it.</Nothing>
      ) : (
        <Box component="dl" m={0}>
          {words.map(({ word, means }) => {
            const id = anchorOf(word);
            return (
              <Box key={word} id={id} tabIndex={-1} className={anchor === id ? "word word-here" : "word"}>
                <Text component="dt" fw={650} size="sm">
                  <Anchor href={`#${id}`} size="sm" underline="hover" c="inherit" fw={650}>
                    {word}
                  </Anchor>
                </Text>
                <Text component="dd" m={0} size="sm" maw={720}>
                  {means}
                </Text>
              </Box>
            );
          })}
        </Box>
      )}
    </Stack>
  );
}
